import { ApiError } from '@bakerst/client';
import { ATTACHMENT_MAX_BYTES, type AttachmentId, type Tenant } from '@bakerst/contracts';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { type Brain, insistOnMessage, type Standing, toNamed, untilAborted } from '../brain.ts';
import type { ReceivedFile, ReceivedMessage } from '../channel.ts';
import { whileThereIsRoom } from './tell.ts';

const LARGEST_BYTES = Math.max(...Object.values(ATTACHMENT_MAX_BYTES));
const NAME_MAX_CHARS = 128;
const DOWNLOADS = 3;
const DOWNLOAD_WAIT_MS = 1_000;
/** For all files of a message: what is said after it in its chat waits so long. */
const DOWNLOADS_MS = 120_000;

export interface FilesDeps {
  readonly brain: Pick<Brain, 'createAttachment'>;
  readonly standing: Standing;
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

interface FilesOf {
  readonly message: ReceivedMessage;
  readonly tenant: Tenant;
}

/** Gives the files of a message to the brain, as those of its sender. Throws ApiError for one that is not taken. */
export async function attachFiles(
  deps: FilesDeps,
  { message, tenant }: FilesOf,
): Promise<readonly AttachmentId[]> {
  const ids: AttachmentId[] = [];
  const late = new AbortController();
  using _deadline = deps.clock.after(DOWNLOADS_MS, () => late.abort());
  for (const file of message.files) {
    const content = await download(deps, file, late.signal);
    const query = { ...toNamed(tenant), name: file.name.slice(0, NAME_MAX_CHARS).toWellFormed() };
    const blob = new Blob([content]);
    const { id } = await insistOnMessage(
      deps,
      whileThereIsRoom(() => deps.brain.createAttachment(blob, query)),
      deps.stopping,
    );
    ids.push(id);
  }
  return ids;
}

async function download(
  { clock, log, stopping }: FilesDeps,
  file: ReceivedFile,
  late: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if ((file.size ?? 0) > LARGEST_BYTES) throw toRefusal(413, `${file.name} is too large`);
  const signal = AbortSignal.any([stopping, late]);
  for (let tries = 1; ; tries += 1) {
    try {
      return await untilAborted(() => file.download(signal), signal);
    } catch (err) {
      stopping.throwIfAborted();
      log.warn({ reason: err instanceof AppError ? err.message : 'no answer' }, 'no file came');
      if (tries === DOWNLOADS || late.aborted || isGivenUp(err))
        throw toRefusal(422, `${file.name} could not be fetched`);
      await clock.sleep(DOWNLOAD_WAIT_MS * tries, signal).catch(() => undefined);
      stopping.throwIfAborted();
    }
  }
}

/** The channel waits no longer for it, for the sake of others. */
function isGivenUp(err: unknown): boolean {
  return err instanceof AppError && err.code === 'TIMEOUT_ERROR';
}

/** As if the brain had refused it. */
function toRefusal(status: number, message: string): ApiError {
  const body = { error: message, code: 'PAYLOAD_TOO_LARGE', message, request_id: '' };
  return new ApiError(new Response(null, { status }), JSON.stringify(body));
}

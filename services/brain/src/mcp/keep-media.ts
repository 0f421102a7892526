import { isUtf8 } from 'node:buffer';
import { isTerminalJob, type JobOutcome, type JobResult, type McpMedia } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { z } from 'zod';
import { storeAttachment } from '../attachments/receive-attachment.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/ports.ts';
import { type KeptMedia, ReceivedToolResult } from './tool-result.ts';

/** Files of one answer; more are not what an answer is for. */
const MOST_FILES = 20;

/** Gives the result with the names of the files that a tool has brought, in the place of the files. */
export type KeepMedia = (jobs: Pick<JobStore, 'findAny'>, result: JobResult) => Promise<JobResult>;

export interface KeepMediaDeps {
  readonly files: Parameters<typeof storeAttachment>[0];
  readonly secrets: Pick<Secrets, 'redact'>;
}

/**
 * Keeps the files of a tool's answer as attachments of the person whose job it was. What cannot be attached is named
 * and left out; a result that is handed in again gives the same names. Throws what keeps all files from being stored, such as AppError STORAGE_FULL.
 */
export function createKeepMedia(deps: KeepMediaDeps): KeepMedia {
  return async (jobs, result) => {
    const { outcome } = result;
    const told = ReceivedToolResult.safeParse('result' in outcome ? outcome.result : undefined);
    if (!told.success || told.data.media.length === 0) return result;
    const job = jobs.findAny(result.jobId);
    if (job === undefined || job.spec.type !== 'mcp' || isDecided(job)) return result;
    return { ...result, outcome: withResult(outcome, await replaceMedia(deps, job, told.data)) };
  };
}

/** A result that changes nothing any more brings no files either. */
function isDecided({ status }: Job): boolean {
  return isTerminalJob(status) && status !== 'interrupted';
}

function withResult(outcome: JobOutcome, value: unknown): JobOutcome {
  return 'result' in outcome ? { ...outcome, result: z.json().parse(value) } : outcome;
}

async function replaceMedia(
  deps: KeepMediaDeps,
  job: Job,
  { media, ...rest }: ReceivedToolResult,
): Promise<unknown> {
  const kept: KeptMedia[] = [];
  const dropped: string[] = [];
  for (const [place, each] of media.slice(0, MOST_FILES).entries()) {
    const file = await keepFile(deps, { job, place }, each);
    if (typeof file === 'string') dropped.push(file);
    else kept.push(file);
  }
  const more = media.length - MOST_FILES;
  if (more > 0) dropped.push(`${more} files beyond the first ${MOST_FILES}`);
  return { ...rest, media: kept, ...(dropped.length > 0 && { dropped }) };
}

/** The file as it is named from now on, or why there is none. */
async function keepFile(
  { files, secrets }: KeepMediaDeps,
  { job, place }: { readonly job: Job; readonly place: number },
  { mimeType, name = mimeType.replace('/', '.'), data }: McpMedia,
): Promise<KeptMedia | string> {
  const bytes = hideSecrets(Buffer.from(data, 'base64'), secrets);
  try {
    const owner = { tenant: job.tenant, broughtBy: { job: job.id, place } };
    const { sizeBytes, ...kept } = await storeAttachment(files, owner, {
      name,
      bytes: once(bytes),
    });
    return { id: kept.id, name: kept.name, media_type: kept.mediaType, size: sizeBytes };
  } catch (err) {
    if (!(err instanceof AppError) || err.status >= 500) throw err;
    return `${name} (${mimeType}): ${err.message}`;
  }
}

/** In a picture a secret cannot be read by its text; in a text it can. */
function hideSecrets(bytes: Buffer, { redact }: Pick<Secrets, 'redact'>): Buffer {
  return isUtf8(bytes) ? Buffer.from(redact(bytes.toString('utf8'))) : bytes;
}

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}

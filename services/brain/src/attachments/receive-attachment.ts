import { ATTACHMENT_MAX_BYTES, AttachmentId, type JobId, type Tenant } from '@bakerst/contracts';
import { AppError, type Clock, deriveId, type NewId } from '@bakerst/kit';
import { type Attachment, toName } from './attachment.ts';
import type { AttachmentFiles, AttachmentStore } from './ports.ts';
import { sniffFile } from './sniff-file.ts';

const MAX_BYTES = Math.max(...Object.values(ATTACHMENT_MAX_BYTES));
/** What of one user may wait for its message. */
const UNUSED_MAX = { count: 200, bytes: 200 * 1024 * 1024 };

export interface ReceiveAttachmentDeps {
  readonly store: Pick<AttachmentStore, 'add' | 'countUnused'>;
  readonly files: AttachmentFiles;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
}

/** A file as it comes in. */
export interface IncomingFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Stores a file: first what is in it, then that there is one. Throws what `sniffFile` throws, and AppError
 * QUEUE_DEPTH_EXCEEDED when too much of this user waits for a message already.
 */
export async function receiveAttachment(
  deps: ReceiveAttachmentDeps,
  tenant: Tenant,
  file: IncomingFile,
): Promise<Attachment> {
  refuseTooMany(deps.store, tenant);
  return await storeAttachment(deps, { tenant }, file);
}

/** For whom a file is kept, and the job that has brought it, at which place among its files. */
interface Owner {
  readonly tenant: Tenant;
  readonly broughtBy?: { readonly job: JobId; readonly place: number };
}

/** The same for a file that nobody has uploaded; one that a job brings twice is stored once. */
export async function storeAttachment(
  deps: Pick<ReceiveAttachmentDeps, 'files' | 'clock' | 'newId'> & {
    readonly store: Pick<AttachmentStore, 'add'>;
  },
  { tenant, broughtBy }: Owner,
  { name, bytes }: IncomingFile,
): Promise<Attachment> {
  await using file = await deps.files.receive(bytes, MAX_BYTES);
  const nature = await sniffFile(file);
  await file.keep();
  const attachment: Attachment = {
    ...nature,
    id: AttachmentId.parse(
      broughtBy === undefined
        ? deps.newId()
        : deriveId(JSON.stringify([broughtBy.job, broughtBy.place, file.hash, toName(name)])),
    ),
    tenant,
    hash: file.hash,
    name: toName(name),
    sizeBytes: file.sizeBytes,
    createdAt: deps.clock.now(),
  };
  await deps.store.add(attachment, broughtBy?.job);
  // Before there was a row, the same file may have been taken away as one that nobody names.
  await file.keep();
  return attachment;
}

function refuseTooMany(store: Pick<AttachmentStore, 'countUnused'>, tenant: Tenant): void {
  const { count, bytes } = store.countUnused(tenant);
  if (count < UNUSED_MAX.count && bytes < UNUSED_MAX.bytes) return;
  throw new AppError(
    'QUEUE_DEPTH_EXCEEDED',
    'too many attachments wait for a message: send or delete some of them first',
    { reason: 'UNUSED_ATTACHMENTS', retryAfterMs: 60 * 60_000 },
  );
}

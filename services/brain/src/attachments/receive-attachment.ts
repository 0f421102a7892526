import { ATTACHMENT_MAX_BYTES, AttachmentId, type Tenant } from '@bakerst/contracts';
import type { Clock, NewId } from '@bakerst/kit';
import { type Attachment, toName } from './attachment.ts';
import type { AttachmentFiles, AttachmentStore } from './ports.ts';
import { sniffFile } from './sniff-file.ts';

const MAX_BYTES = Math.max(...Object.values(ATTACHMENT_MAX_BYTES));

export interface ReceiveAttachmentDeps {
  readonly store: Pick<AttachmentStore, 'add'>;
  readonly files: AttachmentFiles;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: NewId;
}

/** A file as it comes in. */
export interface IncomingFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** Stores a file: first what is in it, then that there is one. Throws what `sniffFile` throws. */
export async function receiveAttachment(
  deps: ReceiveAttachmentDeps,
  tenant: Tenant,
  { name, bytes }: IncomingFile,
): Promise<Attachment> {
  await using file = await deps.files.receive(bytes, MAX_BYTES);
  const nature = await sniffFile(file);
  await file.keep();
  const attachment: Attachment = {
    ...nature,
    id: AttachmentId.parse(deps.newId()),
    tenant,
    hash: file.hash,
    name: toName(name),
    sizeBytes: file.sizeBytes,
    createdAt: deps.clock.now(),
  };
  await deps.store.add(attachment);
  // Before there was a row, the same file may have been taken away as one that nobody names.
  await file.keep();
  return attachment;
}

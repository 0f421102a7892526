import { isUtf8 } from 'node:buffer';
import { ATTACHMENT_MAX_BYTES, type AttachmentKind } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { fileTypeFromBuffer } from 'file-type';
import type { ReceivedFile } from './ports.ts';

const IMAGES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export interface FileNature {
  readonly kind: AttachmentKind;
  readonly mediaType: string;
}

/**
 * What a file is, by what is in it. Throws AppError UNSUPPORTED_MEDIA_TYPE for what no model reads, PAYLOAD_TOO_LARGE for
 * one that is too large for its kind, VALIDATION_ERROR for an empty one.
 */
export async function sniffFile(file: ReceivedFile): Promise<FileNature> {
  if (file.sizeBytes === 0)
    throw new AppError('VALIDATION_ERROR', 'the file is empty', { reason: 'EMPTY_FILE' });
  const nature = await findNature(file);
  const maxBytes = ATTACHMENT_MAX_BYTES[nature.kind];
  if (file.sizeBytes > maxBytes)
    throw new AppError('PAYLOAD_TOO_LARGE', `a ${nature.kind} may have ${maxBytes} bytes`, {
      reason: 'FILE_TOO_LARGE',
    });
  return nature;
}

async function findNature(file: ReceivedFile): Promise<FileNature> {
  const mime = (await fileTypeFromBuffer(file.head))?.mime;
  if (mime !== undefined && IMAGES.has(mime)) return { kind: 'image', mediaType: mime };
  if (mime === 'application/pdf') return { kind: 'pdf', mediaType: mime };
  // Formats made of text, such as XML, are text to a model.
  const mayBeText = mime === undefined || mime === 'application/xml' || mime.startsWith('text/');
  if (mayBeText && (await isText(file))) return { kind: 'text', mediaType: 'text/plain' };
  throw new AppError(
    'UNSUPPORTED_MEDIA_TYPE',
    'only PNG, JPEG, GIF, WebP, PDF and UTF-8 text can be attached',
    { reason: 'UNSUPPORTED_FILE' },
  );
}

/** One that is too large is refused by its size: its beginning says enough. */
async function isText(file: ReceivedFile): Promise<boolean> {
  if (file.head.includes(0)) return false;
  if (file.sizeBytes > ATTACHMENT_MAX_BYTES.text) return isBeginningOfText(file.head);
  const all = await file.readAll();
  return isUtf8(all) && !all.includes(0);
}

/** The beginning of a file may end in the middle of a character, which takes four bytes at most. */
function isBeginningOfText(head: Buffer): boolean {
  return [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}

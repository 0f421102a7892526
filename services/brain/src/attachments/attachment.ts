import type { AttachmentId, AttachmentKind, Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

export interface Attachment {
  readonly id: AttachmentId;
  readonly tenant: Tenant;
  /** SHA-256 of the file in hex. */
  readonly hash: string;
  readonly kind: AttachmentKind;
  readonly mediaType: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly createdAt: number;
}

const NAME_MAX_CHARS = 200;

/** A file's name without folders and without what no screen shows. */
export function toName(name: string): string {
  const base = name.toWellFormed().split(/[\\/]/).at(-1) ?? '';
  const plain = base.replaceAll(/(?!\u200d)[\p{Cc}\p{Cf}]/gu, '');
  return plain.trim().slice(0, NAME_MAX_CHARS).toWellFormed() || 'file';
}

export function unknownAttachment(): AppError {
  return new AppError('NOT_FOUND', 'there is no such attachment', {
    reason: 'ATTACHMENT_NOT_FOUND',
  });
}

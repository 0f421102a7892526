import { z } from 'zod';
import { AttachmentId } from './ids.ts';

/** Files that one message may carry. */
export const ATTACHMENTS_MAX = 10;

/**
 * Largest file of each kind in bytes. Anthropic takes images up to 5 MiB in base64, which is four thirds of the file, and
 * requests up to 32 MB; a text is read word by word.
 */
export const ATTACHMENT_MAX_BYTES = {
  image: 3_932_160,
  pdf: 10 * 1024 * 1024,
  text: 256 * 1024,
} as const;

/** Bytes that the files of one message may have together; the model gets no more with one request. */
export const ATTACHED_MAX_BYTES = 20 * 1024 * 1024;

/** Found out from what is in the file, whatever its sender called it. */
export const AttachmentKind = z.enum(['image', 'pdf', 'text']);
export type AttachmentKind = z.infer<typeof AttachmentKind>;

export const AttachmentView = z
  .object({
    id: AttachmentId,
    name: z.string(),
    kind: AttachmentKind,
    media_type: z.string(),
    size: z.int().nonnegative(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Attachment' });
export type AttachmentView = z.infer<typeof AttachmentView>;

import type { AttachmentView } from '@bakerst/contracts';
import type { z } from 'zod';
import { toIso } from '../http/to-iso.ts';
import type { Attachment } from './attachment.ts';

/** What the API shows of an attachment. */
export function toAttachmentView(attachment: Attachment): z.input<typeof AttachmentView> {
  return {
    id: attachment.id,
    name: attachment.name,
    kind: attachment.kind,
    media_type: attachment.mediaType,
    size: attachment.sizeBytes,
    created_at: toIso(attachment.createdAt),
  };
}

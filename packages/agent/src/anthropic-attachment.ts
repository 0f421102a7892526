import type { Anthropic } from '@anthropic-ai/sdk';
import type { AttachmentBlock, ModelRequest, ReadAttachment } from './model.ts';

/** What is in the attachments of a request, by their hashes. */
export type AttachedFiles = ReadonlyMap<string, Buffer>;

type AttachmentParam =
  | Anthropic.TextBlockParam
  | Anthropic.ImageBlockParam
  | Anthropic.DocumentBlockParam;

/** Reads every attachment of a request once. */
export async function readAttachedFiles(
  { messages }: ModelRequest,
  read: ReadAttachment,
): Promise<AttachedFiles> {
  const files = new Map<string, Buffer>();
  for (const { content } of messages)
    for (const block of content) {
      if (block.type !== 'attachment' || files.has(block.hash)) continue;
      const file = await read(block.hash);
      if (file !== undefined) files.set(block.hash, file);
    }
  return files;
}

/** A file in the form that the Messages API takes it in; a sentence in the place of one that is gone. */
export function toAttachmentParam(block: AttachmentBlock, files: AttachedFiles): AttachmentParam {
  const file = files.get(block.hash);
  if (file === undefined)
    return { type: 'text', text: `[the attachment ${block.name} is not there any more]` };
  switch (block.kind) {
    case 'image':
      return {
        type: 'image',
        source: {
          type: 'base64',
          media_type: toImageType(block.mediaType),
          data: file.toString('base64'),
        },
      };
    case 'pdf':
      return {
        type: 'document',
        title: block.name,
        source: { type: 'base64', media_type: 'application/pdf', data: file.toString('base64') },
      };
    case 'text':
      return {
        type: 'document',
        title: block.name,
        source: { type: 'text', media_type: 'text/plain', data: file.toString('utf8') },
      };
    default:
      return block.kind satisfies never;
  }
}

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

function toImageType(mediaType: string): (typeof IMAGE_TYPES)[number] {
  return IMAGE_TYPES.find((type) => type === mediaType) ?? 'image/png';
}

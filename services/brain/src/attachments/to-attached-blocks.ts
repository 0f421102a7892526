import type { AttachmentBlock } from '@bakerst/agent';
import { ATTACHED_MAX_BYTES } from '@bakerst/contracts';
import type { Attachment } from './attachment.ts';

type Block = AttachmentBlock | { readonly type: 'text'; readonly text: string };

/**
 * What a request carries for the messages at these places. Where there is too much of it, the newest files are kept and
 * the others are named. The same messages give the same blocks.
 */
export function toAttachedBlocks(
  carried: ReadonlyMap<number, readonly Attachment[]>,
): ReadonlyMap<number, readonly Block[]> {
  let left = ATTACHED_MAX_BYTES;
  const blocks = new Map<number, readonly Block[]>();
  for (const [seq, files] of [...carried].toSorted(([one], [other]) => other - one))
    blocks.set(
      seq,
      files.map((file) => {
        left -= file.sizeBytes;
        return left < 0 ? toNote(file) : toBlock(file);
      }),
    );
  return blocks;
}

function toBlock({ kind, mediaType, name, hash }: Attachment): AttachmentBlock {
  return { type: 'attachment', kind, mediaType, name, hash };
}

function toNote({ name }: Attachment): Block {
  return {
    type: 'text',
    text: `[the attachment ${name} was here; it is too long ago to be shown]`,
  };
}

/** Tokens that a file takes of the model's window, roughly: an image by its largest size, a PDF by its pages. */
export function estimateTokens({ kind, sizeBytes }: Attachment): number {
  switch (kind) {
    case 'image':
      return 1_600;
    case 'pdf':
      return Math.ceil(sizeBytes / 20);
    case 'text':
      return Math.ceil(sizeBytes / 4);
    default:
      return kind satisfies never;
  }
}

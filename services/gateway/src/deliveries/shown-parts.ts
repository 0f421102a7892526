import type { ChannelDelivery } from '@bakerst/contracts/channels';
import type { OutgoingFile } from '../channel.ts';

/** A message that was sent in the place of one that is gone, or stale, has the number of that one and so much more. */
const AGAIN = 100;
const MOST_AGAIN = 9;
/** Files have numbers above all texts: a text never changes a file, whoever has sent it. */
const FILES_FROM = 1_000;
const FILES = 9_000;

/** A message that was sent. */
export interface Shown {
  /** Its number at the brain. */
  readonly part: number;
  readonly messageId: string;
  readonly isRepeat: boolean;
  /** How it looks, as far as is known here. */
  look: string | undefined;
  /** Somebody has deleted it. */
  isGone: boolean;
  /** The channel did not take its last look: it says what was said before. */
  isStale: boolean;
}

/** What a delivery has in its chat: texts by their place in it, files by their number. */
export interface ShownParts {
  readonly texts: Map<number, Shown>;
  readonly files: Map<number, Shown>;
}

export function readShown({ parts }: ChannelDelivery): ShownParts {
  const texts = new Map<number, Shown>();
  const files = new Map<number, Shown>();
  for (const { index: part, state, message_id: messageId, may_be_repeat: isRepeat } of parts) {
    if (state !== 'sent' || messageId === null) continue;
    putShown({ texts, files }, toShown({ part, messageId, isRepeat: isRepeat ?? false }));
  }
  return { texts, files };
}

export function toShown(sent: Pick<Shown, 'isRepeat' | 'messageId' | 'part'>): Shown {
  return { ...sent, look: undefined, isGone: false, isStale: false };
}

/** Of the messages of one place the last one counts. */
export function putShown({ texts, files }: ShownParts, shown: Shown): void {
  if (shown.part >= FILES_FROM) {
    files.set(shown.part, shown);
    return;
  }
  const place = shown.part % AGAIN;
  if ((texts.get(place)?.part ?? 0) <= shown.part) texts.set(place, shown);
}

/** The number of a file: the same for the same content, and most likely another one for another. */
export function toFilePart({ name, content }: OutgoingFile): number {
  let hash = 0;
  for (const char of `${name}\n${content}`)
    hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0;
  return FILES_FROM + (hash % FILES);
}

/** The number of what is sent in the place of a message that says it no more; undefined once that is enough. */
export function toNextPart({ part }: Shown): number | undefined {
  return part + AGAIN < MOST_AGAIN * AGAIN ? part + AGAIN : undefined;
}

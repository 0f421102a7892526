import type { ChannelDelivery } from '@bakerst/contracts/channels';
import type { OutgoingFile } from '../channel.ts';

/** Beyond that the oldest is let go: the text that stands for it says that it was lost. */
const KEPT_FILES = 50;

/** Files that are on their way through the brain as a line of text, which is too small for them. */
export interface KeptFiles {
  keep(chatId: string, text: string, file: OutgoingFile): void;
  /** The file of a delivery; undefined for one that is what it says. */
  find(delivery: ChannelDelivery): OutgoingFile | undefined;
}

export function createKeptFiles(): KeptFiles {
  const files = new Map<string, OutgoingFile>();
  const keyOf = ({ chat, content }: ChannelDelivery): string =>
    content.type === 'text' ? toKey(chat.id, content.text) : '';
  return {
    keep(chatId, text, file) {
      files.set(toKey(chatId, text), file);
      const [oldest] = files.keys();
      if (files.size > KEPT_FILES && oldest !== undefined) files.delete(oldest);
    },
    find: (delivery) => files.get(keyOf(delivery)),
  };
}

function toKey(chatId: string, text: string): string {
  return `${chatId}\n${text}`;
}

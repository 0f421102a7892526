import type { ChannelDelivery } from '@bakerst/contracts/channels';
import type { OutgoingFile } from '../channel.ts';

/** Beyond that the oldest is let go: the text that stands for it says that it was lost. */
const KEPT_FILES = 50;

/** Files that are on their way through the brain as a line of text, which is too small for them. */
export interface KeptFiles {
  /** Has a delivery made, in whose place the file goes. */
  keep(
    file: OutgoingFile,
    deliver: () => Promise<Pick<ChannelDelivery, 'id' | 'status'> | undefined>,
  ): Promise<void>;
  /** The file of a delivery, which may still be in the making; undefined for one that is what it says. */
  find(deliveryId: string): Promise<OutgoingFile | undefined>;
  /** It was sent. */
  drop(deliveryId: string): void;
}

export function createKeptFiles(): KeptFiles {
  const files = new Map<string, OutgoingFile>();
  const making = new Set<Promise<void>>();

  async function make(file: OutgoingFile, deliver: Parameters<KeptFiles['keep']>[1]) {
    const delivery = await deliver();
    if (delivery?.status !== 'open') return;
    files.set(delivery.id, file);
    const [oldest] = files.keys();
    if (files.size > KEPT_FILES && oldest !== undefined) files.delete(oldest);
  }

  return {
    async keep(file, deliver) {
      const made = make(file, deliver);
      making.add(made);
      await made.finally(() => making.delete(made));
    },
    async find(id) {
      // A delivery may come out before whoever asked for it has its id.
      await Promise.allSettled(making);
      return files.get(id);
    },
    drop: (id) => void files.delete(id),
  };
}

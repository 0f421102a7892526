import type { Update, UpdateQueue } from './update-queue.ts';

const BRING_AGAIN_MS = 200;
/** The real server waits for a minute; so long nobody may take here. */
const TIMEOUT_MS = 10_000;

interface Webhook {
  readonly url: string;
  readonly secret: string;
}

/** Brings updates as the real server does: of a chat the next one only after the one before was answered with 200. */
export interface Webhooks {
  set(webhook: Webhook | undefined): void;
  isSet(): boolean;
  bring(update: Update): void;
}

export function createWebhooks(updates: Pick<UpdateQueue, 'take' | 'waiting'>): Webhooks {
  let webhook: Webhook | undefined;
  const tails = new Map<string, Promise<void>>();

  /** Again and again until it is taken, or nobody wants it brought any more. */
  async function bring(update: Update, to: Webhook | undefined): Promise<void> {
    while (to !== undefined && to === webhook && updates.waiting.includes(update)) {
      const response = await post(to, update);
      if (response?.ok === true) return updates.take(update.update_id);
      await new Promise((resolve) => setTimeout(resolve, BRING_AGAIN_MS).unref());
    }
  }

  const inTurn = (update: Update): void => {
    const chat = chatOf(update);
    // What is queued for one webhook is queued again for the next.
    const to = webhook;
    const turn = (tails.get(chat) ?? Promise.resolve()).then(() => bring(update, to));
    tails.set(chat, turn);
  };
  return {
    set(next) {
      webhook = next;
      for (const update of updates.waiting) inTurn(update);
    },
    isSet: () => webhook !== undefined,
    bring: inTurn,
  };
}

async function post({ url, secret }: Webhook, update: Update): Promise<Response | undefined> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'X-Telegram-Bot-Api-Secret-Token': secret },
    body: JSON.stringify(update),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
}

/** A press waits for nothing. */
function chatOf({ message, update_id: id }: Update): string {
  const chat = typeof message === 'object' && message !== null && 'chat' in message && message.chat;
  return typeof chat === 'object' && chat !== null && 'id' in chat ? String(chat.id) : `of ${id}`;
}

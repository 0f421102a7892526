import { ApiError } from '@bakerst/client';
import type { ChannelDelivery } from '@bakerst/contracts/channels';
import { type Clock, type Logger, toCarriableText } from '@bakerst/kit';
import { type Brain, insistOnMessage, type Standing } from '../brain.ts';
import type { Channel, Received } from '../channel.ts';
import { readMarkdown } from '../text/read-markdown.ts';

export interface TellDeps {
  readonly brain: Pick<Brain, 'createDelivery'>;
  readonly channel: Pick<Channel, 'inTurn' | 'name' | 'send'>;
  readonly standing: Standing;
  /** What is not taken by then comes again. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers something that came in with a text, in Markdown: once, however often it comes in. */
export async function tell(deps: TellDeps, received: Received, text: string): Promise<void> {
  await deliverAnswer(deps, received, text);
}

/** The same, giving the delivery; undefined for one that was refused, or told past the brain. */
export async function deliverAnswer(
  deps: TellDeps,
  received: Received,
  text: string,
): Promise<ChannelDelivery | undefined> {
  try {
    return await storeAnswer(deps, received, text);
  } catch (err) {
    if (err instanceof NoRoom) return await tellDirectly(deps, received, text);
    throw err;
  }
}

/** Stores what is to be told, or undefined where that is refused. Throws NoRoom. */
export async function storeAnswer(
  deps: TellDeps,
  received: Received,
  text: string,
): Promise<ChannelDelivery | undefined> {
  const { brain, channel, stopping, log } = deps;
  const { sender, chat, key, messageId } = received;
  // A job that is told of may have given anything.
  const body = { sender, chat, key, text: toCarriableText(text), reply_to: messageId };
  try {
    const create = () => brain.createDelivery(channel.name, body);
    return await insistOnMessage(deps, whileThereIsRoom(create), stopping);
  } catch (err) {
    if (!(err instanceof ApiError)) throw err;
    // Whoever may not be told anything is not: that is no reason for the update to come again.
    log.warn({ reason: err.message, key }, 'answer was refused');
    return undefined;
  }
}

/** The brain has no room for what was said: that is told now, for nobody knows when there will be. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** What is asked, with NoRoom for a refusal that the brain could not even note. */
export function whileThereIsRoom<T>(ask: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await ask();
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 507)
        throw new NoRoom('the disk of the brain is full', { cause });
      throw cause;
    }
  };
}

/** Past the brain, which can note nothing: should the message come in again, so does this. */
async function tellDirectly(
  { channel, clock, log, stopping }: TellDeps,
  { chat, key, messageId: replyTo }: Received,
  text: string,
): Promise<undefined> {
  const message = { text: readMarkdown(text.slice(0, DIRECT_MAX_CHARS)), replyTo };
  await channel.inTurn(chat, async () => {
    for (;;) {
      const sent = await channel.send(chat, message);
      if (sent.status !== 'not_sent') return;
      log.warn({ key, reason: sent.why }, 'answer was not sent, trying again');
      await clock.sleep(sent.retryAfterMs ?? DIRECT_WAIT_MS, stopping);
    }
  });
}

const DIRECT_MAX_CHARS = 1_000;
const DIRECT_WAIT_MS = 5_000;

import { ApiError } from '@bakerst/client';
import type { Clock, Logger } from '@bakerst/kit';
import { type Brain, insist } from '../brain.ts';
import type { Channel, Received } from '../channel.ts';

export interface TellDeps {
  readonly brain: Pick<Brain, 'createDelivery'>;
  readonly channel: Pick<Channel, 'name'>;
  /** What is not taken by then comes again. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Answers something that came in with a text, in Markdown: once, however often it comes in. */
export async function tell(deps: TellDeps, received: Received, text: string): Promise<void> {
  const { brain, channel, stopping, log } = deps;
  const { sender, chat, key, messageId } = received;
  const body = { sender, chat, key, text, reply_to: messageId };
  try {
    await insist(deps, () => brain.createDelivery(channel.name, body), stopping);
  } catch (err) {
    // Whoever may not be told anything is not: that is no reason for the update to come again.
    if (!(err instanceof ApiError)) throw err;
    log.warn({ reason: err.message, key }, 'answer was refused');
  }
}

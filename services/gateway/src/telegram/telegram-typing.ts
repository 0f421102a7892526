import type { Clock, Logger } from '@bakerst/kit';
import type { Api } from 'grammy';
import type { Channel } from '../channel.ts';
import { toReason, toRetryAfterMs } from './telegram-outcome.ts';
import { toPlace } from './telegram-place.ts';

interface TypingDeps {
  readonly api: Api;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Logger;
}

/** Shows typing where the last call for the chat is over and Telegram does not ask to wait: it is of one moment. */
export function createShowTyping({ api, clock, log }: TypingDeps): Channel['showTyping'] {
  const notBefore = new Map<string, number>();
  return async (chat) => {
    if ((notBefore.get(chat.id) ?? 0) > clock.monotonic()) return;
    notBefore.set(chat.id, Number.POSITIVE_INFINITY);
    try {
      await api.sendChatAction(chat.id, 'typing', toPlace(chat));
      notBefore.delete(chat.id);
    } catch (err) {
      log.debug({ reason: toReason(err) }, 'typing was not shown');
      notBefore.set(chat.id, clock.monotonic() + (toRetryAfterMs(err) ?? 0));
    }
  };
}

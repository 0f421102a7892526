import { Refusal } from './chats.ts';

const CHAT_MS = 1_000;
const GROUP_MS = 3_000;
/** Clocks of two processes do not tick together. */
const TOLERANCE_MS = 60;

/** Refuses messages that come faster than one a second in a chat, one in three seconds in a group. */
export function createBotPace(): (chatId: string) => void {
  const last = new Map<string, number>();
  return (chatId) => {
    const now = performance.now();
    const least = (chatId.startsWith('-') ? GROUP_MS : CHAT_MS) - TOLERANCE_MS;
    const early = (last.get(chatId) ?? Number.NEGATIVE_INFINITY) + least - now;
    if (early > 0) throw new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    last.set(chatId, now);
  };
}

import type { ChannelChat } from '@bakerst/contracts/channels';
import type { Logger } from '@bakerst/kit';
import { GrammyError } from 'grammy';

/** A group that became a supergroup has another id from then on; whoever uses the old one is told the new one. */
export type AtPlace = <T>(chat: ChannelChat, call: (chatId: string) => Promise<T>) => Promise<T>;

/** Calls with the id that a chat has now: 400 with `migrate_to_chat_id` means that nothing was done. */
export function createAtPlace(log: Logger): AtPlace {
  const moved = new Map<string, string>();
  return async ({ id }, call) => {
    const known = moved.get(id) ?? id;
    try {
      return await call(known);
    } catch (err) {
      const next = err instanceof GrammyError ? err.parameters.migrate_to_chat_id : undefined;
      if (next === undefined || String(next) === known) throw err;
      log.warn({ chatId: id, movedTo: String(next) }, 'chat has another id from now on');
      moved.set(id, String(next));
      return await call(String(next));
    }
  };
}

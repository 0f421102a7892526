import type { ChannelChat } from '@bakerst/contracts/channels';
import type { Logger } from '@bakerst/kit';
import { GrammyError } from 'grammy';

/**
 * A group that became a supergroup has another id from then on; whoever uses the old one is told the new one. A topic may be
 * closed or deleted: what belongs there goes to the group then.
 */
export type AtPlace = <T>(chat: ChannelChat, call: (at: ChannelChat) => Promise<T>) => Promise<T>;

const NO_TOPIC = /message thread not found|TOPIC_(?:CLOSED|DELETED)/i;

/** Calls with the place that a chat has now: a 400 that names another one, or no topic, means that nothing was done. */
export function createAtPlace(log: Logger): AtPlace {
  const moved = new Map<string, string>();

  async function inChat<T>(chat: ChannelChat, call: (at: ChannelChat) => Promise<T>): Promise<T> {
    const { id } = chat;
    const known = moved.get(id) ?? id;
    try {
      return await call({ ...chat, id: known });
    } catch (err) {
      const next = err instanceof GrammyError ? err.parameters.migrate_to_chat_id : undefined;
      if (next === undefined || String(next) === known) throw err;
      log.warn({ chatId: id, movedTo: String(next) }, 'chat has another id from now on');
      moved.set(id, String(next));
      return await call({ ...chat, id: String(next) });
    }
  }

  return async ({ thread_id: threadId, ...chat }, call) => {
    if (threadId === undefined) return await inChat(chat, call);
    try {
      return await inChat({ ...chat, thread_id: threadId }, call);
    } catch (err) {
      if (!isWithoutTopic(err)) throw err;
      log.warn({ chatId: chat.id, threadId }, 'topic is gone or closed, its chat is told');
      return await inChat(chat, call);
    }
  };
}

/** As the methods of the Bot API want the topic. */
export function toPlace({ thread_id }: ChannelChat): { readonly message_thread_id?: number } {
  return thread_id === undefined ? {} : { message_thread_id: Number(thread_id) };
}

function isWithoutTopic(err: unknown): boolean {
  return err instanceof GrammyError && err.error_code === 400 && NO_TOPIC.test(err.description);
}

import type { ConversationId, Tenant } from '@bakerst/contracts';
import type { ChannelChat, ChannelName } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';

export interface KeptChat {
  readonly channel: ChannelName;
  readonly chat: ChannelChat;
  readonly senderId: string;
  /** Null: what is said next opens one. */
  readonly conversationId: ConversationId | null;
  readonly now: number;
}

/** Prepares what notes, inside a transaction, that a user talks in a chat, and to which conversation that goes. */
export function prepareKeepChat(db: Database): (tenant: Tenant, kept: KeptChat) => void {
  const keep = db.prepare(
    `INSERT INTO channel_chat (channel, chat_id, thread_id, org_id, user_id, kind, sender_id,
       conversation_id, updated_at)
     VALUES (@channel, @chatId, @threadId, @org, @user, @kind, @senderId, @conversationId, @now)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, sender_id = excluded.sender_id,
       conversation_id = excluded.conversation_id, updated_at = excluded.updated_at`,
  );
  return (tenant, { chat, ...kept }) => {
    const { id: chatId, kind, thread_id: threadId = '' } = chat;
    keep.run({ ...tenant, ...kept, chatId, kind, threadId });
  };
}

/** Prepares what notes, inside a transaction, that a user is met in a chat; nothing changes where they have been before. */
export function prepareMeetIn(
  db: Database,
): (tenant: Tenant, kept: Omit<KeptChat, 'conversationId'>) => void {
  const meet = db.prepare(
    `INSERT INTO channel_chat (channel, chat_id, thread_id, org_id, user_id, kind, sender_id, updated_at)
     VALUES (@channel, @chatId, @threadId, @org, @user, @kind, @senderId, @now) ON CONFLICT DO NOTHING`,
  );
  return (tenant, { chat, ...kept }) => {
    const { id: chatId, kind, thread_id: threadId = '' } = chat;
    meet.run({ ...tenant, ...kept, chatId, kind, threadId });
  };
}

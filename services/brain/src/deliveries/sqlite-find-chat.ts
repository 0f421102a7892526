import { type ChannelChat, ChannelName, type DeliverTo } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { AccessPolicy } from '../channels/identify-sender.ts';
import type { FindChat, FindTalk } from './ports.ts';

/** By channel. */
export type AllowedChats = Readonly<Record<ChannelName, Pick<AccessPolicy, 'allowedChats'>>>;

const ChatRow = z.object({
  chat_id: z.string(),
  kind: z.enum(['direct', 'group']),
  thread_id: z.string(),
});
const TalkRow = z.object({
  channel: ChannelName,
  chat_id: z.string(),
  thread_id: z.string().nullable(),
});

/** SQL: somebody still speaks for the user there. */
const IS_OPEN = `(EXISTS (
    SELECT 1 FROM channel_identity
    WHERE channel_identity.channel = channel_chat.channel
      AND channel_identity.sender_id = channel_chat.sender_id
      AND channel_identity.org_id = channel_chat.org_id
      AND channel_identity.user_id = channel_chat.user_id)
  OR (user_id = channel || '-' || chat_id AND chat_id IN (SELECT value FROM json_each(@allowed))))`;

/** Prepares what finds the chat that something goes to, inside the transaction that stores it too. */
export function prepareFindChat(db: Database, policies: AllowedChats): FindChat {
  const find = db.prepare(
    `SELECT chat_id, kind, thread_id FROM channel_chat
     WHERE org_id = @org AND user_id = @user AND channel = @channel AND ${IS_OPEN}
       AND CASE WHEN @chatId IS NULL THEN kind = 'direct' ELSE chat_id = @chatId END
       AND (@threadId IS NULL OR thread_id = @threadId)
     ORDER BY updated_at DESC LIMIT 1`,
  );
  return (tenant, { channel, chat_id, thread_id }) => {
    const allowed = JSON.stringify([...policies[channel].allowedChats]);
    const place = { channel, chatId: chat_id ?? null, threadId: thread_id ?? null };
    const row = find.get({ ...tenant, ...place, allowed });
    return row === undefined ? undefined : toChat(ChatRow.parse(row));
  };
}

function toChat({ chat_id: id, kind, thread_id: thread }: z.infer<typeof ChatRow>): ChannelChat {
  return { id, kind, ...(thread !== '' && { thread_id: thread }) };
}

/** Prepares what finds the chat that a run is told in, or that its conversation is held in. */
export function prepareFindTalk(db: Database): FindTalk {
  const ofRun = db.prepare(
    'SELECT channel, chat_id, thread_id FROM channel_delivery WHERE run_id = ?',
  );
  const ofConversation = db.prepare(
    `SELECT channel, chat_id, thread_id FROM channel_chat
     WHERE org_id = @org AND user_id = @user AND conversation_id = @conversationId
     ORDER BY updated_at DESC LIMIT 1`,
  );
  return ({ id, tenant, conversationId }) => {
    const row = ofRun.get(id) ?? ofConversation.get({ ...tenant, conversationId });
    const talk = TalkRow.optional().parse(row);
    return talk && toDeliverTo(talk);
  };
}

function toDeliverTo({ channel, chat_id, thread_id: thread }: z.infer<typeof TalkRow>): DeliverTo {
  return { channel, chat_id, ...(thread !== null && thread !== '' && { thread_id: thread }) };
}

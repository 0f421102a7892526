import { ConversationId } from '@bakerst/contracts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { ChatStore } from './ports.ts';
import type { ChannelStoreDeps } from './sqlite-identity-store.ts';
import { prepareKeepChat } from './sqlite-keep-chat.ts';

export function createSqliteChatStore({ db, writer, clock }: ChannelStoreDeps): ChatStore {
  const keep = prepareKeepChat(db);
  const ensureUser = db.prepare(ENSURE_USER);
  const find = db
    .prepare(
      `SELECT conversation.id FROM channel_chat
         JOIN conversation ON conversation.id = channel_chat.conversation_id
       WHERE channel = @channel AND chat_id = @chatId AND thread_id = @threadId
         AND channel_chat.org_id = @org AND channel_chat.user_id = @user AND deleted_at IS NULL`,
    )
    .pluck();
  return {
    findConversation(tenant, { channel, chat: { id: chatId, thread_id: threadId = '' } }) {
      const id = find.get({ ...tenant, channel, chatId, threadId });
      return ConversationId.optional().parse(id);
    },
    choose: (tenant, { channel, chat, sender }, conversationId) =>
      writer.write(() => {
        const now = clock.now();
        ensureUser.run({ ...tenant, now });
        keep(tenant, { channel, chat, senderId: sender.id, conversationId, now });
      }),
  };
}

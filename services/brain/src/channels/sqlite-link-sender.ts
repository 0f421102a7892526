import type { Tenant } from '@bakerst/contracts';
import type { ChannelName, IdentityView } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { Speaker } from './ports.ts';
import { prepareKeepChat } from './sqlite-keep-chat.ts';

interface Linking {
  readonly by: IdentityView['linked_by'];
  readonly now: number;
}

type LinkSender = (tenant: Tenant, speaker: Speaker, linking: Linking) => void;

/** Prepares what has somebody on a channel speak for a user from now on, inside a transaction, and for nobody else. */
export function prepareLinkSender(db: Database): LinkSender {
  const forget = prepareForgetSender(db);
  const keepChat = prepareKeepChat(db);
  const ensureUser = db.prepare(ENSURE_USER);
  const dropRequest = db.prepare('DELETE FROM channel_request WHERE channel = ? AND sender_id = ?');
  const add = db.prepare(
    `INSERT INTO channel_identity (channel, sender_id, name, username, org_id, user_id, linked_by, created_at)
     VALUES (@channel, @senderId, @name, @username, @org, @user, @by, @now)`,
  );
  return (tenant, { channel, sender, chat }, { by, now }) => {
    const { id: senderId, name, username = null } = sender;
    forget(channel, senderId);
    dropRequest.run(channel, senderId);
    ensureUser.run({ ...tenant, now });
    add.run({ ...tenant, channel, senderId, name, username, by, now });
    keepChat(tenant, { channel, chat, senderId, conversationId: null, now });
  };
}

/** Prepares what ends, inside a transaction, that somebody on a channel speaks for a user. */
export function prepareForgetSender(
  db: Database,
): (channel: ChannelName, senderId: string) => void {
  const dropChats = db.prepare(
    'DELETE FROM channel_chat WHERE channel = @channel AND sender_id = @senderId',
  );
  const drop = db.prepare(
    'DELETE FROM channel_identity WHERE channel = @channel AND sender_id = @senderId',
  );
  return (channel, senderId) => {
    dropChats.run({ channel, senderId });
    drop.run({ channel, senderId });
  };
}

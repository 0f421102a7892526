import type { Tenant } from '@bakerst/contracts';
import type { ChannelName, IdentityView } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';
import { OWNER } from '../principals/principal.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { Speaker } from './ports.ts';
import { prepareMeetIn } from './sqlite-keep-chat.ts';

interface Linking {
  readonly by: IdentityView['linked_by'];
  readonly now: number;
}

type LinkSender = (tenant: Tenant, speaker: Speaker, linking: Linking) => void;

/**
 * Prepares what has somebody on a channel speak for a user from now on, inside a transaction, and for nobody else.
 * Nothing changes for one who does already.
 */
export function prepareLinkSender(db: Database): LinkSender {
  const forget = prepareForgetSender(db);
  const isSame = db.prepare(
    `SELECT 1 FROM channel_identity
     WHERE channel = @channel AND sender_id = @senderId AND org_id = @org AND user_id = @user`,
  );
  const meetIn = prepareMeetIn(db);
  const ensureUser = db.prepare(ENSURE_USER);
  const dropRequest = db.prepare('DELETE FROM channel_request WHERE channel = ? AND sender_id = ?');
  const noteLandlord = db.prepare(
    `INSERT INTO channel_landlord (channel, org_id, since) VALUES (@channel, @org, @now)
     ON CONFLICT DO NOTHING`,
  );
  const add = db.prepare(
    `INSERT INTO channel_identity (channel, sender_id, name, username, org_id, user_id, linked_by, created_at)
     VALUES (@channel, @senderId, @name, @username, @org, @user, @by, @now)`,
  );
  return (tenant, { channel, sender, chat }, { by, now }) => {
    const { id: senderId, name, username = null } = sender;
    dropRequest.run(channel, senderId);
    if (isSame.get({ ...tenant, channel, senderId }) === undefined) {
      forget(channel, senderId, now);
      ensureUser.run({ ...tenant, now });
      add.run({ ...tenant, channel, senderId, name, username, by, now });
      if (tenant.user === OWNER) noteLandlord.run({ ...tenant, channel, now });
    }
    meetIn(tenant, { channel, chat, senderId, now });
  };
}

/** SQL: who else speaks for the user of a chat. */
const OTHER_SPEAKER = `SELECT other.sender_id FROM channel_identity AS other
  WHERE other.channel = channel_chat.channel AND other.sender_id <> @senderId
    AND other.org_id = channel_chat.org_id AND other.user_id = channel_chat.user_id`;

/**
 * SQL: a chat in which nobody speaks for its user without this sender. Who spoke last in a group is not all of those who
 * speak there: one that is a user of its own stays, and one in which somebody else may speak for the user.
 */
const IS_OVER = `channel = @channel AND sender_id = @senderId
  AND (org_id, user_id) = (SELECT org_id, user_id FROM channel_identity
    WHERE channel = @channel AND sender_id = @senderId)
  AND (kind = 'direct' OR (user_id <> channel || '-' || chat_id AND NOT EXISTS (${OTHER_SPEAKER})))`;

type ForgetSender = (channel: ChannelName, senderId: string, now: number) => void;

/**
 * Prepares what ends, inside a transaction, that somebody on a channel speaks for a user: nothing more goes out to where
 * they did, nor is anything told again that was. A group that stays goes to somebody else who speaks for the user, whose
 * end is then its end.
 */
export function prepareForgetSender(db: Database): ForgetSender {
  const ofSender = `channel = @channel AND withdrawn_at IS NULL AND (chat_id, org_id, user_id) IN (
    SELECT chat_id, org_id, user_id FROM channel_chat WHERE ${IS_OVER})`;
  const closeOpen = db.prepare(
    `UPDATE channel_delivery SET status = 'failed', error = 'UNLINKED', withdrawn_at = @now,
       finished_at = @now WHERE status = 'open' AND ${ofSender}`,
  );
  const closeEnded = db.prepare(
    `UPDATE channel_delivery SET withdrawn_at = @now WHERE status = 'sent' AND ${ofSender}`,
  );
  const dropChats = db.prepare(`DELETE FROM channel_chat WHERE ${IS_OVER}`);
  const handOver = db.prepare(
    `UPDATE channel_chat SET sender_id = (${OTHER_SPEAKER} ORDER BY other.created_at DESC LIMIT 1)
     WHERE channel = @channel AND sender_id = @senderId AND EXISTS (${OTHER_SPEAKER})
       AND (org_id, user_id) = (SELECT org_id, user_id FROM channel_identity
         WHERE channel = @channel AND sender_id = @senderId)`,
  );
  const drop = db.prepare(
    'DELETE FROM channel_identity WHERE channel = @channel AND sender_id = @senderId',
  );
  return (channel, senderId, now) => {
    closeOpen.run({ channel, senderId, now });
    closeEnded.run({ channel, senderId, now });
    dropChats.run({ channel, senderId });
    handOver.run({ channel, senderId });
    drop.run({ channel, senderId });
  };
}

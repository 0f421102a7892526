import { OrgId, type Tenant, UserId } from '@bakerst/contracts';
import { ChannelName, IdentityView } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { ChannelIdentity, IdentityStore } from './ports.ts';
import { prepareMeetIn } from './sqlite-keep-chat.ts';
import { prepareForgetSender, prepareLinkSender } from './sqlite-link-sender.ts';

const TenantRow = z.object({ org_id: OrgId, user_id: UserId });
const IdentityRow = TenantRow.extend({
  seq: z.int(),
  channel: ChannelName,
  sender_id: z.string(),
  name: z.string(),
  username: z.string().nullable(),
  linked_by: IdentityView.shape.linked_by,
  created_at: z.int(),
});

export function createSqliteIdentityStore({ db, writer, clock }: StoreDeps): IdentityStore {
  const sql = prepareStatements(db);
  const link = prepareLinkSender(db);
  const forget = prepareForgetSender(db);
  const meetIn = prepareMeetIn(db);
  const ensureUser = db.prepare(ENSURE_USER);
  const find = (channel: ChannelName, senderId: string): Tenant | undefined => {
    const row = sql.find.get(channel, senderId);
    return row === undefined ? undefined : toTenant(TenantRow.parse(row));
  };
  return {
    find,
    list: ({ org, user }, { beforeSeq, limit }) =>
      sql.list
        .all({ org, user: user ?? null, before: beforeSeq ?? Number.MAX_SAFE_INTEGER, limit })
        .map(toIdentity),
    remove: ({ org, user }, channel, senderId) =>
      writer.write(() => {
        const whose = find(channel, senderId);
        if (whose?.org !== org || (user !== undefined && whose.user !== user)) return false;
        forget(channel, senderId, clock.now());
        return true;
      }),
    async meet(tenant, speaker) {
      const { channel, sender, chat } = speaker;
      const place = { channel, chatId: chat.id, threadId: chat.thread_id ?? '' };
      const who = { channel, senderId: sender.id, name: sender.name };
      const named = { ...who, username: sender.username ?? null };
      const isMet = sql.isMet.get({ ...tenant, ...place }) !== undefined;
      // Nearly always: nothing is written then.
      if (isMet && sql.isNamedOtherwise.get(named) === undefined) return;
      await writer.write(() => {
        const now = clock.now();
        sql.rename.run(named);
        ensureUser.run({ ...tenant, now });
        meetIn(tenant, { channel, chat, senderId: sender.id, now });
      });
    },
    claimOwner: (owner, speaker) =>
      writer.write(() => {
        const { channel, sender } = speaker;
        const known = find(channel, sender.id);
        if (known !== undefined || sql.isOwned.get({ ...owner, channel }) !== undefined)
          return known;
        link(owner, speaker, { by: 'landlord', now: clock.now() });
        return owner;
      }),
  };
}

function prepareStatements(db: Database) {
  const otherwise = `channel = @channel AND sender_id = @senderId
    AND (name <> @name OR username IS NOT @username)`;
  return {
    find: db.prepare(
      'SELECT org_id, user_id FROM channel_identity WHERE channel = ? AND sender_id = ?',
    ),
    list: db.prepare(
      `SELECT * FROM channel_identity
       WHERE org_id = @org AND (@user IS NULL OR user_id = @user) AND seq < @before
       ORDER BY seq DESC LIMIT @limit`,
    ),
    isMet: db.prepare(
      `SELECT 1 FROM channel_chat WHERE channel = @channel AND chat_id = @chatId
         AND thread_id = @threadId AND org_id = @org AND user_id = @user`,
    ),
    isNamedOtherwise: db.prepare(`SELECT 1 FROM channel_identity WHERE ${otherwise}`),
    rename: db.prepare(
      `UPDATE channel_identity SET name = @name, username = @username WHERE ${otherwise}`,
    ),
    isOwned: db.prepare(
      'SELECT 1 FROM channel_landlord WHERE channel = @channel AND org_id = @org',
    ),
  };
}

function toTenant({ org_id, user_id }: z.infer<typeof TenantRow>): Tenant {
  return { org: org_id, user: user_id };
}

function toIdentity(value: unknown): ChannelIdentity {
  const row = IdentityRow.parse(value);
  return {
    seq: row.seq,
    channel: row.channel,
    senderId: row.sender_id,
    name: row.name,
    username: row.username ?? undefined,
    tenant: toTenant(row),
    linkedBy: row.linked_by,
    createdAt: row.created_at,
  };
}

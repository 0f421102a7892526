import { OrgId, type Tenant, UserId } from '@bakerst/contracts';
import { ChannelName, IdentityView } from '@bakerst/contracts/channels';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { ChannelIdentity, IdentityStore } from './ports.ts';
import { prepareForgetSender, prepareLinkSender } from './sqlite-link-sender.ts';

export interface ChannelStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
}

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

export function createSqliteIdentityStore({ db, writer, clock }: ChannelStoreDeps): IdentityStore {
  const sql = prepareStatements(db);
  const link = prepareLinkSender(db);
  const forget = prepareForgetSender(db);
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
        sql.stopDeliveries.run({ channel, senderId, now: clock.now() });
        forget(channel, senderId);
        return true;
      }),
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
  return {
    find: db.prepare(
      'SELECT org_id, user_id FROM channel_identity WHERE channel = ? AND sender_id = ?',
    ),
    list: db.prepare(
      `SELECT * FROM channel_identity
       WHERE org_id = @org AND (@user IS NULL OR user_id = @user) AND seq < @before
       ORDER BY seq DESC LIMIT @limit`,
    ),
    stopDeliveries: db.prepare(
      `UPDATE channel_delivery SET status = 'failed', error = 'UNLINKED', finished_at = @now
       WHERE channel = @channel AND status = 'open' AND (chat_id, org_id, user_id) IN (
         SELECT chat_id, org_id, user_id FROM channel_chat
         WHERE channel = @channel AND sender_id = @senderId)`,
    ),
    isOwned: db.prepare(
      `SELECT 1 FROM channel_identity
       WHERE org_id = @org AND user_id = @user AND channel = @channel LIMIT 1`,
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

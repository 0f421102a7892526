import type { Tenant } from '@bakerst/contracts';
import { ChannelName } from '@bakerst/contracts/channels';
import type { NewId } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { prepareAddDelivery } from '../deliveries/sqlite-add-delivery.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import { makeCode } from './channel-code.ts';
import type { AccessRequest, AccessRequestStore, Speaker } from './ports.ts';
import { prepareLinkSender } from './sqlite-link-sender.ts';

const CARD_MS = 5 * 60_000;
/** Strangers of one channel who ask at a time: more are not heard. */
const MAX_PENDING = 3;

interface RequestStoreDeps extends StoreDeps {
  readonly newId: NewId;
}

const RequestRow = z.object({
  seq: z.int(),
  channel: ChannelName,
  sender_id: z.string(),
  chat_id: z.string(),
  name: z.string(),
  username: z.string().nullable(),
  code: z.string(),
  created_at: z.int(),
  expires_at: z.int(),
  blocked_at: z.int().nullable(),
});
type RequestRow = z.infer<typeof RequestRow>;

export function createSqliteRequestStore(deps: RequestStoreDeps): AccessRequestStore {
  const { db, writer, clock } = deps;
  const sql = prepareStatements(db);
  const act = (request: AccessRequest, act: (row: RequestRow) => void): Promise<boolean> =>
    writer.write(() => {
      const { channel, code } = request;
      const row = sql.find.get({ channel, code, now: clock.now() });
      if (row === undefined) return false;
      act(RequestRow.parse(row));
      return true;
    });
  return {
    ask: (speaker) => writer.write(() => ask(sql, deps, speaker)),
    list: (channel, { beforeSeq, limit }) =>
      sql.list
        .all({ channel, now: clock.now(), before: beforeSeq ?? Number.MAX_SAFE_INTEGER, limit })
        .map(toRequest),
    find(channel, code) {
      const row = sql.find.get({ channel, code, now: clock.now() });
      return row === undefined ? undefined : toRequest(row);
    },
    allow: (tenant, request) =>
      act(request, (row) => letIn(sql, deps, { tenant, speaker: toSpeaker(row) })),
    block: (request) => act(request, ({ seq }) => sql.block.run({ seq, now: clock.now() })),
    dismiss: (request) => act(request, ({ seq }) => sql.drop.run(seq)),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  const counts = '(blocked_at IS NOT NULL OR expires_at > @now)';
  return {
    link: prepareLinkSender(db),
    deliver: prepareAddDelivery(db),
    dropStale: db.prepare(
      'DELETE FROM channel_request WHERE channel = ? AND blocked_at IS NULL AND expires_at <= ?',
    ),
    ofSender: db.prepare('SELECT 1 FROM channel_request WHERE channel = ? AND sender_id = ?'),
    count: db
      .prepare('SELECT count(*) FROM channel_request WHERE channel = ? AND blocked_at IS NULL')
      .pluck(),
    add: db.prepare(
      `INSERT INTO channel_request (channel, sender_id, chat_id, name, username, code, created_at, expires_at)
       VALUES (@channel, @senderId, @chatId, @name, @username, @code, @now, @expiresAt)`,
    ),
    find: db.prepare(
      `SELECT * FROM channel_request WHERE channel = @channel AND code = @code AND ${counts}`,
    ),
    list: db.prepare(
      `SELECT * FROM channel_request WHERE channel = @channel AND seq < @before AND ${counts}
       ORDER BY seq DESC LIMIT @limit`,
    ),
    block: db.prepare('UPDATE channel_request SET blocked_at = @now WHERE seq = @seq'),
    drop: db.prepare('DELETE FROM channel_request WHERE seq = ?'),
  };
}

function ask(sql: Statements, { clock, newId }: RequestStoreDeps, speaker: Speaker): void {
  const { channel, sender, chat } = speaker;
  const now = clock.now();
  sql.dropStale.run(channel, now);
  // They have their card, or are blocked.
  if (sql.ofSender.get(channel, sender.id) !== undefined) return;
  if (z.int().parse(sql.count.get(channel)) >= MAX_PENDING) return;
  const code = makeCode();
  sql.add.run({
    ...{ channel, code, now },
    senderId: sender.id,
    chatId: chat.id,
    name: sender.name,
    username: sender.username ?? null,
    expiresAt: now + CARD_MS,
  });
  sql.deliver({
    tenant: undefined,
    delivery: { id: newId(), channel, chat },
    subject: { kind: 'text', text: toCard(code), buttons: [] },
    now,
  });
}

interface LetIn {
  readonly tenant: Tenant;
  readonly speaker: Speaker;
}

function letIn(
  sql: Statements,
  { clock, newId }: RequestStoreDeps,
  { tenant, speaker }: LetIn,
): void {
  const now = clock.now();
  sql.link(tenant, speaker, { by: 'card', now });
  const { channel, chat } = speaker;
  const text = `You are let in as ${tenant.user}.`;
  sql.deliver({
    tenant,
    delivery: { id: newId(), channel, chat },
    subject: { kind: 'text', text, buttons: [] },
    now,
  });
}

function toCard(code: string): string {
  const minutes = CARD_MS / 60_000;
  return `I do not know you yet. Whoever runs me can let you in with this code within ${minutes} minutes: **${code}**`;
}

function toSpeaker({ channel, sender_id: id, name, username, chat_id }: RequestRow): Speaker {
  const sender = { id, name, ...(username !== null && { username }) };
  return { channel, sender, chat: { id: chat_id, kind: 'direct' } };
}

function toRequest(value: unknown): AccessRequest {
  const row = RequestRow.parse(value);
  return {
    seq: row.seq,
    channel: row.channel,
    code: row.code,
    senderId: row.sender_id,
    name: row.name,
    username: row.username ?? undefined,
    isBlocked: row.blocked_at !== null,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

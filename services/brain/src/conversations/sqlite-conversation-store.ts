import { ConversationId, OrgId, RunId, type Tenant, UserId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { Scope } from '../principals/principal.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { Conversation, Message } from './conversation.ts';
import type { ConversationChange, ConversationStore, NewConversation } from './ports.ts';

const ConversationRow = z.object({
  id: ConversationId,
  org_id: OrgId,
  user_id: UserId,
  title: z.string().nullable(),
  is_default: z.int(),
  pinned_at: z.int().nullable(),
  archived_at: z.int().nullable(),
  persona: z.string().nullable(),
  model: z.string().nullable(),
  last_seq: z.int(),
  created_at: z.int(),
  updated_at: z.int(),
  deleted_at: z.int().nullable(),
});

export const MessageRow = z.object({
  seq: z.int(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  run_id: RunId,
  created_at: z.int(),
});

/** SQL: the conversation is one that the caller may see. */
const OWN = 'org_id = @org AND (@user IS NULL OR user_id = @user)';

export function createSqliteConversationStore({ db, writer, clock }: StoreDeps): ConversationStore {
  const sql = prepareStatements(db);
  const keys = createSqliteKeyStore(db, clock);
  const create = (tenant: Tenant, { id, title, idempotency }: NewConversation): Conversation => {
    if (idempotency !== undefined) keys.remember(tenant, idempotency, id);
    const now = clock.now();
    sql.ensureUser.run({ ...tenant, now });
    sql.add.run({ ...tenant, id, title: title ?? null, now });
    return parseConversation(sql.find.get({ ...tenant, id }));
  };
  return {
    create: (tenant, conversation) => writer.write(() => create(tenant, conversation)),
    find: (scope, id) => toConversation(sql.find.get({ ...toOwner(scope), id })),
    isTaken: (id) => sql.isTaken.get(id) !== undefined,
    list: (scope, { archived, pinned, deleted }, { after, limit }) =>
      (scope.user === undefined ? sql.listOrg : sql.listUser)
        .all({
          ...toOwner(scope),
          archived: Number(archived ?? false),
          pinned: pinned === undefined ? null : Number(pinned),
          deleted: Number(deleted ?? false),
          updatedAt: after?.updatedAt ?? Number.MAX_SAFE_INTEGER,
          after: after?.id ?? '',
          limit,
        })
        .map(parseConversation),
    change: (scope, id, { check, ...wanted }) =>
      writer.write(() => {
        const before = toConversation(sql.find.get({ ...toOwner(scope), id }));
        if (before === undefined) return undefined;
        check?.(before);
        const parameters = { id, ...toOwner(scope), ...toChangeRow(wanted), now: clock.now() };
        return toConversation(sql.change.get(parameters));
      }),
    remove: (scope, id) =>
      writer.write(() => {
        const removed = toConversation(sql.remove.get({ ...toOwner(scope), now: clock.now(), id }));
        if (removed !== undefined && sql.hasOpenRun.get(removed.id) !== undefined) throw isBusy();
        return removed;
      }),
    restore: (scope, id) =>
      writer.write(() => toConversation(sql.restore.get({ ...toOwner(scope), id }))),
    removeAll: (tenant) =>
      writer.write(() => sql.removeAll.all({ ...tenant, now: clock.now() }).map(parseConversation)),
    listMessages: (id, { after, order, limit }) =>
      (order === 'newest' ? sql.newest : sql.oldest)
        .all(id, after ?? (order === 'newest' ? Number.MAX_SAFE_INTEGER : 0), limit)
        .map(toMessage),
  };
}

function prepareStatements(db: Database) {
  const one = `id = @id AND ${OWN}`;
  const list = (whose: string) =>
    db.prepare(
      `SELECT * FROM conversation
       WHERE ${whose} AND purged_at IS NULL AND (deleted_at IS NOT NULL) = @deleted
         AND ((archived_at IS NOT NULL) = @archived OR @deleted)
         AND (@pinned IS NULL OR (pinned_at IS NOT NULL) = @pinned)
         AND (updated_at, id) < (@updatedAt, @after)
       ORDER BY updated_at DESC, id DESC LIMIT @limit`,
    );
  const setFlag = (column: string, flag: string): string =>
    `${column} = CASE ${flag} WHEN 1 THEN coalesce(${column}, @now) WHEN 0 THEN NULL ELSE ${column} END`;
  const messages = (compare: string, direction: string) =>
    db.prepare(
      `SELECT seq, role, content, run_id, created_at FROM message
       WHERE conversation_id = ? AND seq ${compare} ? ORDER BY seq ${direction} LIMIT ?`,
    );
  return {
    ensureUser: db.prepare(ENSURE_USER),
    add: db.prepare(
      `INSERT INTO conversation (id, org_id, user_id, is_default, title, title_source, created_at, updated_at)
       VALUES (@id, @org, @user, 0, @title, CASE WHEN @title IS NULL THEN 'none' ELSE 'person' END, @now, @now)`,
    ),
    find: db.prepare(`SELECT * FROM conversation WHERE ${one} AND deleted_at IS NULL`),
    isTaken: db.prepare('SELECT 1 FROM conversation WHERE id = ?'),
    hasOpenRun: db.prepare(
      `SELECT 1 FROM run WHERE conversation_id = ? AND status IN ('queued', 'running', 'waiting') LIMIT 1`,
    ),
    listUser: list('org_id = @org AND user_id = @user'),
    listOrg: list('+org_id = @org AND @user IS NULL'),
    change: db.prepare(
      `UPDATE conversation SET
         title = CASE @hasTitle WHEN 1 THEN @title ELSE title END,
         title_source = CASE WHEN NOT @hasTitle THEN title_source WHEN @title IS NULL THEN 'none' ELSE 'person' END,
         persona = CASE @hasPersona WHEN 1 THEN @persona ELSE persona END,
         model = CASE @hasModel WHEN 1 THEN @model ELSE model END,
         ${setFlag('pinned_at', '@pinned')}, ${setFlag('archived_at', '@archived')}
       WHERE ${one} AND deleted_at IS NULL RETURNING *`,
    ),
    remove: db.prepare(
      `UPDATE conversation SET deleted_at = @now WHERE ${one} AND deleted_at IS NULL RETURNING *`,
    ),
    // Meanwhile another one may have become the user's default.
    restore: db.prepare(
      `UPDATE conversation SET deleted_at = NULL,
         is_default = is_default AND NOT EXISTS (
           SELECT 1 FROM conversation other WHERE other.org_id = conversation.org_id
             AND other.user_id = conversation.user_id AND other.is_default = 1 AND other.deleted_at IS NULL)
       WHERE ${one} AND deleted_at IS NOT NULL AND purged_at IS NULL RETURNING *`,
    ),
    removeAll: db.prepare(
      `UPDATE conversation SET deleted_at = @now
       WHERE org_id = @org AND user_id = @user AND deleted_at IS NULL RETURNING *`,
    ),
    newest: messages('<', 'DESC'),
    oldest: messages('>', 'ASC'),
  };
}

function isBusy(): AppError {
  return new AppError('CONFLICT', 'a run of this conversation is on: halt it first', {
    reason: 'CONVERSATION_BUSY',
  });
}

function toOwner({ org, user }: Scope) {
  return { org, user: user ?? null };
}

function toChangeRow({ title, pinned, archived, persona, model }: ConversationChange) {
  return {
    title: title ?? null,
    hasTitle: Number(title !== undefined),
    persona: persona ?? null,
    hasPersona: Number(persona !== undefined),
    model: model ?? null,
    hasModel: Number(model !== undefined),
    pinned: toFlag(pinned),
    archived: toFlag(archived),
  };
}

/** Null leaves it as it is. */
function toFlag(flag: boolean | undefined): number | null {
  return flag === undefined ? null : Number(flag);
}

function toConversation(row: unknown): Conversation | undefined {
  return row === undefined ? undefined : parseConversation(row);
}

export function parseConversation(value: unknown): Conversation {
  const row = ConversationRow.parse(value);
  return {
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    title: row.title ?? undefined,
    isDefault: row.is_default === 1,
    isPinned: row.pinned_at !== null,
    isArchived: row.archived_at !== null,
    persona: row.persona ?? undefined,
    model: row.model ?? undefined,
    messageCount: row.last_seq,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at ?? undefined,
  };
}

export function toMessage(value: unknown): Message {
  const row = MessageRow.parse(value);
  return {
    seq: row.seq,
    role: row.role,
    content: row.content,
    runId: row.run_id,
    createdAt: row.created_at,
  };
}

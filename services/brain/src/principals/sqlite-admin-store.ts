import { OrgId, TokenId, UserId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { AdminStore, NewToken, Org, OrgSettings, TokenRecord, User } from './ports.ts';
import { ENSURE_USER } from './sqlite-ensure-user.ts';

const OrgRow = z.object({ id: OrgId, created_at: z.int() });
const UserRow = z.object({
  org_id: OrgId,
  id: UserId,
  response_language: z.string(),
  created_at: z.int(),
});
const TokenRow = z.object({
  id: TokenId,
  kind: z.enum(['user', 'org_admin', 'service']),
  org_id: OrgId.nullable(),
  user_id: UserId.nullable(),
  name: z.string(),
  created_at: z.int(),
  last_used_at: z.int().nullable(),
  revoked_at: z.int().nullable(),
});
const SettingsRow = z.object({
  max_turns: z.int(),
  max_history_storage: z.int(),
  max_history_llm: z.int(),
});

const DEFAULT_LANGUAGE = 'en';
/** What a new org has, as the table says. */
const DEFAULTS: OrgSettings = { maxTurns: 10, maxHistoryStorage: 50, maxHistoryLlm: 5 };

export function createSqliteAdminStore({ db, writer, clock }: StoreDeps): AdminStore {
  const sql = prepareStatements(db);
  const readSettings = (org: OrgId): OrgSettings => toSettings(sql.settings.get(org));
  return {
    addOrg: (id) => writer.write(() => toOrgOrNone(sql.addOrg.get(id, clock.now()))),
    listOrgs: (only, { after, limit }) =>
      sql.listOrgs.all({ only: only ?? null, after: after ?? '', limit }).map(toOrg),
    addUser: (org, id, language) =>
      writer.write(() => {
        const row = sql.addUser.get({
          org,
          id,
          language: language ?? DEFAULT_LANGUAGE,
          now: clock.now(),
        });
        return row === undefined ? undefined : toUser(row);
      }),
    listUsers: (org, { after, limit }) => sql.listUsers.all(org, after ?? '', limit).map(toUser),
    addToken: (token) =>
      writer.write(() => {
        const now = clock.now();
        const row = toTokenRow(token);
        if (row.user !== null) sql.ensureUser.run({ org: row.org, user: row.user, now });
        sql.addToken.run({ ...row, now });
      }),
    listTokens: (org, { after, limit }) =>
      sql.listTokens
        .all({
          org: org ?? null,
          createdAt: after?.createdAt ?? Number.MAX_SAFE_INTEGER,
          after: after?.id ?? '',
          limit,
        })
        .map(toToken),
    revokeToken: (org, id) =>
      writer.write(
        () => sql.revokeToken.run({ org: org ?? null, id, now: clock.now() }).changes > 0,
      ),
    readLanguage: ({ org, user }) =>
      z.string().default(DEFAULT_LANGUAGE).parse(sql.language.get(org, user)),
    setLanguage: (tenant, language) =>
      writer.write(() => void sql.setLanguage.run({ ...tenant, language, now: clock.now() })),
    readSettings,
    changeSettings: (org, change, check) =>
      writer.write(() => {
        const given = change === 'reset' ? DEFAULTS : change;
        const before = readSettings(org);
        const after: OrgSettings = {
          maxTurns: given.maxTurns ?? before.maxTurns,
          maxHistoryStorage: given.maxHistoryStorage ?? before.maxHistoryStorage,
          maxHistoryLlm: given.maxHistoryLlm ?? before.maxHistoryLlm,
        };
        check(before, after);
        sql.setSettings.run({ org, ...after });
        return after;
      }),
  };
}

function prepareStatements(db: Database) {
  return {
    addOrg: db.prepare(
      'INSERT INTO org (id, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING *',
    ),
    listOrgs: db.prepare(
      'SELECT * FROM org WHERE id > @after AND (@only IS NULL OR id = @only) ORDER BY id LIMIT @limit',
    ),
    addUser: db.prepare(
      `INSERT INTO user (org_id, id, response_language, created_at)
       VALUES (@org, @id, @language, @now) ON CONFLICT DO NOTHING RETURNING *`,
    ),
    listUsers: db.prepare('SELECT * FROM user WHERE org_id = ? AND id > ? ORDER BY id LIMIT ?'),
    ensureUser: db.prepare(ENSURE_USER),
    addToken: db.prepare(
      `INSERT INTO token (hash, id, kind, org_id, user_id, name, created_at)
       VALUES (@hash, @id, @kind, @org, @user, @name, @now)`,
    ),
    listTokens: db.prepare(
      `SELECT * FROM token WHERE org_id IS @org AND (created_at, id) < (@createdAt, @after)
       ORDER BY created_at DESC, id DESC LIMIT @limit`,
    ),
    revokeToken: db.prepare(
      'UPDATE token SET revoked_at = coalesce(revoked_at, @now) WHERE id = @id AND org_id IS @org',
    ),
    language: db.prepare('SELECT response_language FROM user WHERE org_id = ? AND id = ?').pluck(),
    setLanguage: db.prepare(
      `INSERT INTO user (org_id, id, response_language, created_at) VALUES (@org, @user, @language, @now)
       ON CONFLICT DO UPDATE SET response_language = excluded.response_language`,
    ),
    settings: db.prepare(
      'SELECT max_turns, max_history_storage, max_history_llm FROM org WHERE id = ?',
    ),
    setSettings: db.prepare(
      `UPDATE org SET max_turns = @maxTurns, max_history_storage = @maxHistoryStorage,
         max_history_llm = @maxHistoryLlm WHERE id = @org`,
    ),
  };
}

function toTokenRow({ id, hash, principal, name }: NewToken) {
  return {
    id,
    hash,
    name,
    kind: principal.kind,
    org: principal.org ?? null,
    user: principal.kind === 'user' ? principal.user : null,
  };
}

function toOrgOrNone(row: unknown): Org | undefined {
  return row === undefined ? undefined : toOrg(row);
}

function toOrg(value: unknown): Org {
  const { id, created_at } = OrgRow.parse(value);
  return { id, createdAt: created_at };
}

function toUser(value: unknown): User {
  const { org_id, id, response_language, created_at } = UserRow.parse(value);
  return { org: org_id, id, language: response_language, createdAt: created_at };
}

function toToken(value: unknown): TokenRecord {
  const row = TokenRow.parse(value);
  return {
    id: row.id,
    kind: row.kind,
    org: row.org_id ?? undefined,
    user: row.user_id ?? undefined,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

function toSettings(value: unknown): OrgSettings {
  const row = SettingsRow.parse(value);
  return {
    maxTurns: row.max_turns,
    maxHistoryStorage: row.max_history_storage,
    maxHistoryLlm: row.max_history_llm,
  };
}

import { OrgId, SessionId, type Tenant, UserId } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Scope } from '../principals/principal.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { NewSession, Session, SessionStore } from './ports.ts';
import { isSecretOf } from './secret-parts.ts';

/** A session that is not used for so long has ended. */
export const SESSION_MS = 30 * 24 * 3_600_000;
/** When a session was last used is only noted so often: it is not to cost every request a write. */
const NOTE_EVERY_MS = 5 * 60_000;
/** Of more sessions of one user the one that was longest unused goes. */
const MAX_SESSIONS = 100;

const SessionRow = z.object({
  id: SessionId,
  hash: z.string(),
  org_id: OrgId,
  user_id: UserId,
  made_by: z.enum(['link', 'token']),
  client: z.string(),
  created_at: z.int(),
  last_used_at: z.int(),
  expires_at: z.int(),
});
const LinkRow = z.object({
  hash: z.string(),
  org_id: OrgId,
  user_id: UserId,
  token_id: z.string().nullable(),
});

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createSqliteSessionStore(deps: StoreDeps): SessionStore {
  const { db, writer, clock, log } = deps;
  const sql = prepareStatements(db);
  const add = (tenant: Tenant, made: NewSession & Origin): Session => {
    const now = clock.now();
    sql.dropOld.run(now);
    const row = sql.add.get({ ...tenant, ...made, now, expiresAt: now + SESSION_MS });
    sql.dropSurplus.run({ ...tenant, most: MAX_SESSIONS });
    return toSession(SessionRow.parse(row));
  };
  return {
    addLink: (tenant, link) =>
      writer.write(() => {
        const now = clock.now();
        sql.dropOldLinks.run(now);
        sql.ensureUser.run({ ...tenant, now });
        sql.addLink.run({ ...tenant, ...link, tokenId: link.tokenId ?? null });
      }),
    useLink: (given, session) =>
      writer.write(() => {
        const link = LinkRow.optional().parse(sql.findLink.get(given.id, clock.now()));
        if (link === undefined || !isSecretOf(given.secret, link.hash)) return undefined;
        sql.dropLink.run(given.id);
        const tenant = { org: link.org_id, user: link.user_id };
        return add(tenant, { ...session, madeBy: 'link', tokenId: link.token_id });
      }),
    add: (tenant, session) =>
      writer.write(() => add(tenant, { ...session, madeBy: 'token' as const })),
    find(given) {
      const row = SessionRow.optional().parse(sql.find.get(given.id, clock.now()));
      return row !== undefined && isSecretOf(given.secret, row.hash) ? toSession(row) : undefined;
    },
    noteUse({ id, lastUsedAt }) {
      const now = clock.now();
      if (now - lastUsedAt < NOTE_EVERY_MS) return;
      writer
        .write(() => sql.noteUse.run({ id, now, expiresAt: now + SESSION_MS }))
        .catch((err: unknown) => log.debug({ err }, 'use of a session not noted'));
    },
    list: (scope, { after, limit }) =>
      sql.list
        .all({
          ...toOwner(scope),
          now: clock.now(),
          createdAt: after?.createdAt ?? Number.MAX_SAFE_INTEGER,
          after: after?.id ?? '',
          limit,
        })
        .map((row) => toSession(SessionRow.parse(row))),
    end: (scope, id) => writer.write(() => sql.end.run({ ...toOwner(scope), id }).changes > 0),
  };
}

interface Origin {
  readonly madeBy: Session['madeBy'];
  readonly tokenId: string | null;
}

/** SQL: the token that a row goes back to still counts. */
const TOKEN_COUNTS = `(token_id IS NULL OR EXISTS (
  SELECT 1 FROM token WHERE token.id = token_id AND token.revoked_at IS NULL))`;

function prepareStatements(db: Database) {
  return {
    ensureUser: db.prepare(ENSURE_USER),
    addLink: db.prepare(
      `INSERT INTO sign_in_link (id, hash, org_id, user_id, token_id, expires_at)
       VALUES (@id, @hash, @org, @user, @tokenId, @expiresAt)`,
    ),
    findLink: db.prepare(
      `SELECT * FROM sign_in_link WHERE id = ? AND expires_at > ? AND ${TOKEN_COUNTS}`,
    ),
    dropLink: db.prepare('DELETE FROM sign_in_link WHERE id = ?'),
    dropOldLinks: db.prepare('DELETE FROM sign_in_link WHERE expires_at <= ?'),
    add: db.prepare(
      `INSERT INTO session (id, hash, org_id, user_id, made_by, token_id, client, created_at, last_used_at, expires_at)
       VALUES (@id, @hash, @org, @user, @madeBy, @tokenId, @client, @now, @now, @expiresAt) RETURNING *`,
    ),
    dropOld: db.prepare('DELETE FROM session WHERE expires_at <= ?'),
    dropSurplus: db.prepare(
      `DELETE FROM session WHERE id IN (
         SELECT id FROM session WHERE org_id = @org AND user_id = @user
         ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET @most)`,
    ),
    find: db.prepare(`SELECT * FROM session WHERE id = ? AND expires_at > ? AND ${TOKEN_COUNTS}`),
    noteUse: db.prepare(
      'UPDATE session SET last_used_at = @now, expires_at = @expiresAt WHERE id = @id',
    ),
    list: db.prepare(
      `SELECT * FROM session
       WHERE org_id = @org AND (@user IS NULL OR user_id = @user) AND expires_at > @now
         AND (created_at, id) < (@createdAt, @after) AND ${TOKEN_COUNTS}
       ORDER BY created_at DESC, id DESC LIMIT @limit`,
    ),
    end: db.prepare(
      'DELETE FROM session WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)',
    ),
  };
}

function toOwner({ org, user }: Scope) {
  return { org, user: user ?? null };
}

function toSession(row: z.infer<typeof SessionRow>): Session {
  return {
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    madeBy: row.made_by,
    client: row.client,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  };
}

import type { Tenant } from '@bakerst/contracts';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { SecretBox } from '../mcp/secret-box.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { NewTrigger, Trigger, TriggerStore } from './ports.ts';
import { toFieldsRow, toTrigger } from './sqlite-trigger-rows.ts';

/** Triggers of one user. */
const MAX_TRIGGERS = 100;

export interface TriggerStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly box: SecretBox;
  readonly log: Logger;
}

type Kept = Omit<
  TriggerStore,
  'receive' | 'noteRefused' | 'findDelivery' | 'readPayload' | 'listDeliveries'
>;

export function createSqliteTriggerStore(deps: TriggerStoreDeps): Kept {
  const { db, writer, clock, box } = deps;
  const openSecret = createOpenSecret(deps);
  const sql = prepareStatements(db);
  return {
    find({ org, user }, name) {
      // A name is one of its user's.
      const row = sql.find.get({ org, user: user ?? null, name });
      return row === undefined ? undefined : toTrigger(row);
    },
    readSecret(trigger) {
      const sealed = z.string().parse(sql.secret.get(trigger.id));
      return sealed === '' ? undefined : openSecret(sealed, trigger);
    },
    list: (scope, { beforeSeq, limit }) =>
      (scope.user === undefined ? sql.listOrg : sql.listUser)
        .all({
          org: scope.org,
          user: scope.user ?? null,
          before: beforeSeq ?? Number.MAX_SAFE_INTEGER,
          limit,
        })
        .map(toTrigger),
    listOfFile: (tenant) => sql.ofFile.all(tenant).map(toTrigger),
    create: (tenant, trigger) =>
      writer.write(() => {
        const place = placeOf(tenant, trigger.id);
        const secret = trigger.secret === undefined ? '' : box.seal(trigger.secret, place);
        return add(sql, { tenant, trigger, secret, now: clock.now() });
      }),
    change: ({ id }, { entryHash, ...fields }) =>
      writer.write(() => {
        const now = clock.now();
        const row = sql.byId.get(id);
        if (row === undefined) throw unknownTrigger();
        // Two who change it at a time change what the other one has made of it.
        const before = toTrigger(row);
        const hash = entryHash ?? before.entryHash ?? null;
        const changed = { ...toFieldsRow({ ...before, ...fields }, now), id, now, entryHash: hash };
        return toTrigger(sql.change.get(changed));
      }),
    setSecret: ({ id, tenant }, secret) =>
      writer.write(() => {
        const sealed = box.seal(secret, placeOf(tenant, id));
        if (sql.setSecret.run(sealed, clock.now(), id).changes === 0) throw unknownTrigger();
      }),
    remove: ({ id }) => writer.write(() => remove(sql, id)),
    setAside: ({ id }) =>
      writer.write(() => {
        sql.callOff.run(id);
        sql.setAside.run(clock.now(), id);
      }),
  };
}

function placeOf(tenant: Tenant, id: string) {
  return { org: tenant.org, server: `trigger/${id}`, field: 'secret' };
}

/** Opens secrets; one that was encrypted with another key is as none, for whoever sends must not learn of it. */
function createOpenSecret({ box, log }: TriggerStoreDeps) {
  const told = new Set<string>();
  return (sealed: string, { id, name, tenant }: Trigger): string | undefined => {
    try {
      return box.open(sealed, placeOf(tenant, id));
    } catch (err) {
      if (!told.has(id))
        log.error(
          { err, trigger: name, userId: tenant.user, orgId: tenant.org },
          'secret of a trigger cannot be read: make a new secret',
        );
      told.add(id);
      return undefined;
    }
  };
}

function remove(sql: ReturnType<typeof prepareStatements>, id: unknown): void {
  sql.removeDeliveries.run(id);
  sql.removeSeen.run(id);
  sql.remove.run(id);
}

function unknownTrigger(): AppError {
  return new AppError('NOT_FOUND', 'there is no such trigger', { reason: 'TRIGGER_NOT_FOUND' });
}

interface Addition {
  readonly tenant: Tenant;
  readonly trigger: NewTrigger;
  /** Encrypted; empty for none. */
  readonly secret: string;
  readonly now: number;
}

function add(
  sql: ReturnType<typeof prepareStatements>,
  { tenant, trigger, secret, now }: Addition,
): Trigger {
  const { id, name, source, entryHash } = trigger;
  if (sql.find.get({ ...tenant, name }) !== undefined)
    throw new AppError('CONFLICT', 'there is a trigger of this name already', {
      reason: 'TRIGGER_EXISTS',
    });
  if (z.int().parse(sql.count.get(tenant)) >= MAX_TRIGGERS)
    throw new AppError('CONFLICT', `a user may have ${MAX_TRIGGERS} triggers; delete one first`, {
      reason: 'TOO_MANY_TRIGGERS',
    });
  sql.ensureUser.run({ ...tenant, now });
  const fields = toFieldsRow(trigger, now);
  const aside = sql.aside.get({ ...tenant, name });
  if (aside !== undefined && source === 'file')
    return toTrigger(sql.takeBack.get({ ...fields, aside, now, entryHash: entryHash ?? null }));
  // Whoever makes one of this name here means another one.
  if (aside !== undefined) remove(sql, aside);
  const row = { ...tenant, ...fields, id, name, secret, source, now, entryHash: entryHash ?? null };
  return toTrigger(sql.add.get(row));
}

function prepareStatements(db: Database) {
  const list = (whose: string) =>
    db.prepare(
      `SELECT * FROM event_trigger WHERE ${whose} AND deleted_at IS NULL AND seq < @before
       ORDER BY seq DESC LIMIT @limit`,
    );
  return {
    find: db.prepare(
      `SELECT * FROM event_trigger WHERE org_id = @org AND user_id = @user AND name = @name
         AND deleted_at IS NULL`,
    ),
    byId: db.prepare('SELECT * FROM event_trigger WHERE id = ? AND deleted_at IS NULL'),
    secret: db.prepare('SELECT secret FROM event_trigger WHERE id = ?').pluck(),
    listUser: list('org_id = @org AND user_id = @user'),
    listOrg: list('+org_id = @org AND @user IS NULL'),
    ofFile: db.prepare(
      `SELECT * FROM event_trigger WHERE org_id = @org AND user_id = @user AND source = 'file'
         AND deleted_at IS NULL`,
    ),
    count: db
      .prepare(
        `SELECT count(*) FROM event_trigger WHERE org_id = @org AND user_id = @user
           AND deleted_at IS NULL`,
      )
      .pluck(),
    ensureUser: db.prepare(ENSURE_USER),
    add: db.prepare(
      `INSERT INTO event_trigger (id, org_id, user_id, name, preset, secret, filter, action, per_minute,
         source, entry_hash, paused_at, created_at, updated_at)
       VALUES (@id, @org, @user, @name, @preset, @secret, @filter, @action, @perMinute, @source,
         @entryHash, @pausedAt, @now, @now) RETURNING *`,
    ),
    change: db.prepare(
      `UPDATE event_trigger SET preset = @preset, filter = @filter, action = @action,
         per_minute = @perMinute, entry_hash = @entryHash, paused_at = @pausedAt, updated_at = @now
       WHERE id = @id RETURNING *`,
    ),
    setSecret: db.prepare('UPDATE event_trigger SET secret = ?, updated_at = ? WHERE id = ?'),
    aside: db
      .prepare(
        `SELECT id FROM event_trigger WHERE org_id = @org AND user_id = @user AND name = @name
           AND deleted_at IS NOT NULL`,
      )
      .pluck(),
    setAside: db.prepare('UPDATE event_trigger SET deleted_at = ? WHERE id = ?'),
    takeBack: db.prepare(
      `UPDATE event_trigger SET preset = @preset, filter = @filter, action = @action,
         per_minute = @perMinute, entry_hash = @entryHash, paused_at = @pausedAt, updated_at = @now,
         deleted_at = NULL
       WHERE id = @aside RETURNING *`,
    ),
    callOff: db.prepare(
      `UPDATE firing SET status = 'cancelled', reason = 'DELETED' WHERE status = 'waiting'
         AND trigger_id = ?`,
    ),
    removeSeen: db.prepare('DELETE FROM delivery_seen WHERE trigger_id = ?'),
    removeDeliveries: db.prepare('DELETE FROM firing WHERE trigger_id = ?'),
    remove: db.prepare('DELETE FROM event_trigger WHERE id = ?'),
  };
}

import { createHash } from 'node:crypto';
import { FiringId } from '@bakerst/contracts';
import { FiringStatus } from '@bakerst/contracts/schedules';
import { AppError, type Clock, type NewId } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { FiringStore } from '../actions/ports.ts';
import type { FireWaiting } from '../actions/sqlite-fire-waiting.ts';
import { SELECT_FIRING } from '../actions/sqlite-firing-rows.ts';
import type { SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { NewDelivery, Prepared, ReceivedDelivery, Trigger, TriggerStore } from './ports.ts';
import { toDelivery } from './sqlite-trigger-rows.ts';

export interface DeliveryStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly keys: SqliteKeyStore;
  readonly waiting: FireWaiting;
  readonly firings: Pick<FiringStore, 'find'>;
}

/** Deliveries of one trigger that wait for their turn. */
const MAX_WAITING = 500;
const RETRY_AFTER_MS = 60_000;
const MINUTE_MS = 60_000;

const STATUSES = {
  fires: 'waiting',
  filtered: 'filtered',
  refused: 'refused',
} as const satisfies Record<Prepared['kind'], string>;

export function createSqliteDeliveryStore(
  deps: DeliveryStoreDeps,
): Pick<
  TriggerStore,
  'receive' | 'noteRefused' | 'findDelivery' | 'readPayload' | 'listDeliveries'
> {
  const { db, writer, clock, newId } = deps;
  const sql = prepareStatements(db);
  return {
    receive: (trigger, delivery) => writer.write(() => receive(deps, sql, { trigger, delivery })),
    noteRefused: ({ id: trigger, tenant }, reason) =>
      writer.write(() => {
        const now = clock.now();
        const key = `refused/${reason}/${Math.floor(now / MINUTE_MS)}`;
        const ids = { id: newId(), requestId: newId() };
        sql.noteRefused.run({ ...tenant, ...ids, trigger, reason, key, now });
      }),
    readPayload: ({ id: trigger }, id) =>
      z.string().nullish().parse(sql.payload.get({ trigger, id })) ?? undefined,
    findDelivery({ id: trigger }, id) {
      const row = sql.find.get({ trigger, id });
      return row === undefined ? undefined : toDelivery(row);
    },
    listDeliveries: ({ id: trigger }, { beforeSeq, limit }) =>
      sql.list
        .all({ trigger, before: beforeSeq ?? Number.MAX_SAFE_INTEGER, limit })
        .map(toDelivery),
  };
}

interface Receiving {
  readonly trigger: Trigger;
  readonly delivery: NewDelivery;
}

function receive(
  deps: DeliveryStoreDeps,
  sql: Statements,
  { trigger, delivery }: Receiving,
): ReceivedDelivery {
  const key = delivery.key === undefined ? null : hash(delivery.key.text);
  const known = key === null ? undefined : findKnown(deps, sql, { trigger, key });
  if (known !== undefined) return { delivery: known, isKnown: true, fired: [] };
  if (delivery.prepared.kind === 'fires') refuseFull(sql, trigger);
  const now = deps.clock.now();
  const firing = add(deps, sql, { row: toRow(trigger, delivery), key, now, delivery });
  if (delivery.key?.isUndated === true) sql.keep.run({ trigger: trigger.id, key, firing });
  const fired = deps.waiting.fireWaiting(now);
  return { delivery: read(deps, trigger, firing), isKnown: false, fired };
}

interface Known {
  readonly trigger: Trigger;
  readonly key: string;
}

const SeenRow = z.object({ id: FiringId, status: FiringStatus });

/** The delivery that came before by the same key; its row may have gone, when it is known for good. */
function findKnown(
  { firings }: DeliveryStoreDeps,
  sql: Statements,
  { trigger: { id }, key }: Known,
): ReceivedDelivery['delivery'] | undefined {
  const row = sql.known.get(id, key) ?? sql.seen.get(id, key);
  if (row === undefined) return undefined;
  const seen = SeenRow.parse(row);
  return firings.find({ kind: 'trigger', id }, seen.id) ?? seen;
}

interface Addition {
  readonly row: ReturnType<typeof toRow>;
  readonly key: string | null;
  readonly now: number;
  readonly delivery: NewDelivery;
}

function add(
  { keys, newId }: DeliveryStoreDeps,
  sql: Statements,
  { row, key, now, delivery: { idempotency } }: Addition,
): string {
  const id = newId();
  if (idempotency !== undefined) keys.remember({ org: row.org, user: row.user }, idempotency, id);
  sql.add.run({ ...row, id, key, now });
  return id;
}

/** Throws AppError QUEUE_DEPTH_EXCEEDED: whoever sends faster than anything can be done is told to wait. */
function refuseFull(sql: Statements, { id, tenant }: Trigger): void {
  if (z.int().parse(sql.waiting.get({ ...tenant, trigger: id })) < MAX_WAITING) return;
  throw new AppError(
    'QUEUE_DEPTH_EXCEEDED',
    `${MAX_WAITING} deliveries of this trigger wait already; try again later`,
    { reason: 'QUEUE_DEPTH_EXCEEDED', retryAfterMs: RETRY_AFTER_MS },
  );
}

function read({ firings }: DeliveryStoreDeps, { id }: Trigger, firing: unknown) {
  const found = firings.find({ kind: 'trigger', id }, FiringId.parse(firing));
  if (found === undefined) throw new Error('a delivery that was just stored is not there');
  return found;
}

/** As long as any other one; a signature says nothing to whoever reads the table. */
function hash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function toRow({ id, tenant }: Trigger, delivery: NewDelivery) {
  const { prepared, payloadText, replayOf, requestId } = delivery;
  return {
    ...tenant,
    trigger: id,
    status: STATUSES[prepared.kind],
    reason: prepared.kind === 'refused' ? prepared.reason : null,
    action: prepared.kind === 'fires' ? JSON.stringify(prepared.action) : null,
    payload: payloadText,
    replayOf: replayOf ?? null,
    requestId,
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    known: db.prepare('SELECT id, status FROM firing WHERE trigger_id = ? AND delivery_key = ?'),
    seen: db.prepare(
      'SELECT firing_id AS id, status FROM delivery_seen WHERE trigger_id = ? AND delivery_key = ?',
    ),
    /** What waits now has fired, or was called off, when its row is gone. */
    keep: db.prepare(
      `INSERT INTO delivery_seen (trigger_id, delivery_key, firing_id, status)
       SELECT @trigger, @key, id, CASE status WHEN 'waiting' THEN 'fired' ELSE status END
       FROM firing WHERE id = @firing`,
    ),
    noteRefused: db.prepare(
      `INSERT INTO firing (id, org_id, user_id, trigger_id, at, status, reason, delivery_key, request_id)
       VALUES (@id, @org, @user, @trigger, @now, 'refused', @reason, @key, @requestId)
       ON CONFLICT (trigger_id, delivery_key) WHERE delivery_key IS NOT NULL
       DO UPDATE SET count = count + 1, last_at = excluded.at`,
    ),
    payload: db
      .prepare('SELECT payload FROM firing WHERE id = @id AND trigger_id = @trigger')
      .pluck(),
    waiting: db
      .prepare(
        `SELECT count(*) FROM firing WHERE status = 'waiting' AND org_id = @org AND user_id = @user
           AND schedule_id IS NULL AND trigger_id = @trigger`,
      )
      .pluck(),
    add: db.prepare(
      `INSERT INTO firing (id, org_id, user_id, trigger_id, at, status, reason, action, payload,
         delivery_key, replay_of, request_id)
       VALUES (@id, @org, @user, @trigger, @now, @status, @reason, @action, @payload, @key, @replayOf,
         @requestId)`,
    ),
    find: db.prepare(`${SELECT_FIRING} WHERE firing.id = @id AND firing.trigger_id = @trigger`),
    list: db.prepare(
      `${SELECT_FIRING} WHERE firing.trigger_id = @trigger AND firing.seq < @before
       ORDER BY firing.seq DESC LIMIT @limit`,
    ),
  };
}

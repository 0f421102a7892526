import { ConversationId, FiringId, OrgId, ScheduleId, TriggerId, UserId } from '@bakerst/contracts';
import { Overlap } from '@bakerst/contracts/schedules';
import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED as UNFINISHED_JOB } from '../jobs/sqlite-job-rows.ts';
import { UNFINISHED } from '../runs/sqlite-run-rows.ts';
import type { FiringSource } from './ports.ts';

/** Of one schedule or trigger at a time. */
export const MOST_OF_ONE = 5;

export const GroupRow = z.object({
  org_id: OrgId,
  user_id: UserId,
  schedule_id: ScheduleId.nullable(),
  trigger_id: TriggerId.nullable(),
});
export type GroupRow = z.infer<typeof GroupRow>;

export const WaitingRow = z.object({
  id: FiringId,
  request_id: z.string(),
  name: z.string(),
  overlap: Overlap,
  action: z.string(),
  conversation_id: ConversationId.nullable(),
  /** Up to when it may be set off; null: always. */
  expires_at: z.int().nullable(),
  not_before: z.int(),
});
export type WaitingRow = z.infer<typeof WaitingRow>;

/** What was decided in time is not late because the disk or a look took a moment. */
const GRACE_MARGIN_MS = 60_000;

type Reads = 'groups' | 'waiting' | 'one' | 'waits' | 'openRun' | 'countKeys' | 'openJob';
type Writes = 'fired' | 'later' | 'refused' | 'expired';

export interface WaitingStatements extends Readonly<Record<Reads | Writes, Statement>> {
  /** Keeps the conversation of a source. */
  keep(source: FiringSource): Statement;
  /** Notes when a source had its turn. */
  turn(source: FiringSource): Statement;
}

export function prepareWaitingStatements(db: Database): WaitingStatements {
  const open = `FROM run WHERE lock_key >= @from AND lock_key < @to AND ${UNFINISHED}`;
  const keepOfSchedule = db.prepare('UPDATE schedule SET conversation_id = ? WHERE id = ?');
  const keepOfTrigger = db.prepare('UPDATE event_trigger SET conversation_id = ? WHERE id = ?');
  const turnOfSchedule = db.prepare('UPDATE schedule SET last_fired_at = ? WHERE id = ?');
  const turnOfTrigger = db.prepare('UPDATE event_trigger SET last_fired_at = ? WHERE id = ?');
  const isOfSchedule = ({ kind }: FiringSource): boolean => kind === 'schedule';
  return {
    ...prepareReads(db),
    openRun: db.prepare(`SELECT 1 ${open} LIMIT 1`),
    /** A run that waited for a person takes nobody's turn before it goes on. */
    countKeys: db
      .prepare(`SELECT count(DISTINCT lock_key) ${open} AND status <> 'waiting'`)
      .pluck(),
    openJob: db.prepare(
      `SELECT 1 FROM job WHERE id IN (SELECT job_id FROM firing WHERE schedule_id = ?
         AND job_id IS NOT NULL ORDER BY seq DESC LIMIT 20) AND ${UNFINISHED_JOB}`,
    ),
    fired: db.prepare(
      `UPDATE firing SET status = 'fired', reason = NULL, run_id = @run, job_id = @job WHERE id = @id`,
    ),
    later: db.prepare('UPDATE firing SET not_before = @notBefore, reason = @reason WHERE id = @id'),
    refused: db.prepare(`UPDATE firing SET status = 'refused', reason = @reason WHERE id = @id`),
    expired: db.prepare(
      `UPDATE firing SET status = 'missed', reason = 'GRACE_PASSED' WHERE id = ?`,
    ),
    keep: (source: FiringSource) => (isOfSchedule(source) ? keepOfSchedule : keepOfTrigger),
    turn: (source: FiringSource) => (isOfSchedule(source) ? turnOfSchedule : turnOfTrigger),
  };
}

function prepareReads(db: Database) {
  return {
    /** Who was set off longest ago comes first. */
    groups: db.prepare(
      `SELECT firing.org_id, firing.user_id, schedule_id, trigger_id FROM firing
         LEFT JOIN schedule ON schedule.id = schedule_id
         LEFT JOIN event_trigger ON event_trigger.id = trigger_id
       WHERE status = 'waiting'
       GROUP BY firing.org_id, firing.user_id, schedule_id, trigger_id
       ORDER BY coalesce(schedule.last_fired_at, event_trigger.last_fired_at), min(firing.seq)`,
    ),
    waiting: db
      .prepare(
        `SELECT id FROM firing WHERE status = 'waiting' AND org_id = @org AND user_id = @user
           AND schedule_id IS @schedule AND trigger_id IS @trigger
         ORDER BY seq LIMIT ${MOST_OF_ONE}`,
      )
      .pluck(),
    one: db.prepare(
      `SELECT firing.id, request_id, not_before,
         coalesce(firing.action, schedule.action) AS action,
         coalesce(schedule.name, event_trigger.name) AS name,
         coalesce(schedule.overlap, 'queue') AS overlap,
         coalesce(schedule.conversation_id, event_trigger.conversation_id) AS conversation_id,
         scheduled_at + grace_ms + ${GRACE_MARGIN_MS} AS expires_at
       FROM firing LEFT JOIN schedule ON schedule.id = firing.schedule_id
         LEFT JOIN event_trigger ON event_trigger.id = firing.trigger_id
       WHERE firing.id = ?`,
    ),
    waits: db.prepare(
      `SELECT 1 FROM firing WHERE status = 'waiting' AND org_id = @org AND user_id = @user
         AND schedule_id = @schedule LIMIT 1`,
    ),
  };
}

import {
  ConversationId,
  FiringId,
  JobId,
  JobStatus,
  RunId,
  RunStatus,
  ScheduleId,
  TriggerId,
} from '@bakerst/contracts';
import { FiringStatus } from '@bakerst/contracts/schedules';
import { z } from 'zod';
import type { Firing, FiringSource } from './ports.ts';

const FiringRow = z.object({
  seq: z.int(),
  id: FiringId,
  schedule_id: ScheduleId.nullable(),
  trigger_id: TriggerId.nullable(),
  scheduled_at: z.int().nullable(),
  at: z.int(),
  status: FiringStatus,
  reason: z.string().nullable(),
  count: z.int(),
  run_id: RunId.nullable(),
  job_id: JobId.nullable(),
  conversation_id: ConversationId.nullable(),
  outcome: z.union([RunStatus, JobStatus]).nullable(),
});

/** SQL: a FiringRow for each row of `firing`; payloads are large, and read one by one. */
export const SELECT_FIRING = `SELECT firing.seq, firing.id, firing.schedule_id, firing.trigger_id,
    firing.scheduled_at, firing.at, firing.status, firing.reason, firing.count, firing.run_id,
    firing.job_id, firing.replay_of, firing.payload IS NOT NULL AS has_payload, run.conversation_id,
    coalesce(run.status, job.status) AS outcome
  FROM firing LEFT JOIN run ON run.id = firing.run_id LEFT JOIN job ON job.id = firing.job_id`;

export function toFiring(value: unknown): Firing {
  const row = FiringRow.parse(value);
  return {
    seq: row.seq,
    id: row.id,
    source: toSource(row),
    scheduledAt: row.scheduled_at ?? undefined,
    at: row.at,
    status: row.status,
    reason: row.reason ?? undefined,
    count: row.count,
    runId: row.run_id ?? undefined,
    jobId: row.job_id ?? undefined,
    conversationId: row.conversation_id ?? undefined,
    outcome: row.outcome ?? undefined,
  };
}

interface SourceIds {
  readonly schedule_id: ScheduleId | null;
  readonly trigger_id: TriggerId | null;
}

export function toSource({ schedule_id: schedule, trigger_id: trigger }: SourceIds): FiringSource {
  if (schedule !== null) return { kind: 'schedule', id: schedule };
  return { kind: 'trigger', id: TriggerId.parse(trigger) };
}

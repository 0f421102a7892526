import { ConversationId, OrgId, ScheduleId, UserId } from '@bakerst/contracts';
import { Action, OnMissed, Overlap } from '@bakerst/contracts/schedules';
import { z } from 'zod';
import type { Schedule, ScheduleSettings } from './ports.ts';
import type { Timing } from './timing.ts';

const ScheduleRow = z.object({
  seq: z.int(),
  id: ScheduleId,
  org_id: OrgId,
  user_id: UserId,
  name: z.string(),
  cron: z.string().nullable(),
  every_ms: z.int().nullable(),
  at: z.int().nullable(),
  anchor_at: z.int(),
  time_zone: z.string(),
  on_missed: OnMissed,
  grace_ms: z.int(),
  overlap: Overlap,
  action: z.string(),
  source: z.enum(['api', 'file', 'model']),
  entry_hash: z.string().nullable(),
  conversation_id: ConversationId.nullable(),
  next_at: z.int().nullable(),
  paused_at: z.int().nullable(),
  skip_until: z.int(),
  created_at: z.int(),
  updated_at: z.int(),
});

export function toSchedule(value: unknown): Schedule {
  const row = ScheduleRow.parse(value);
  return {
    seq: row.seq,
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    name: row.name,
    timing: toTiming(row),
    timeZone: row.time_zone,
    anchorAt: row.anchor_at,
    onMissed: row.on_missed,
    graceMs: row.grace_ms,
    overlap: row.overlap,
    action: Action.parse(JSON.parse(row.action)),
    source: row.source,
    entryHash: row.entry_hash ?? undefined,
    conversationId: row.conversation_id ?? undefined,
    nextAt: row.next_at ?? undefined,
    pausedAt: row.paused_at ?? undefined,
    skipUntil: row.skip_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toTiming({ cron, every_ms, at }: z.infer<typeof ScheduleRow>): Timing {
  if (cron !== null) return { kind: 'cron', cron };
  if (every_ms !== null) return { kind: 'every', everyMs: every_ms };
  return { kind: 'at', at: z.int().parse(at) };
}

/** Parameters of a statement that stores settings. */
export function toSettingsRow({ timing, ...settings }: ScheduleSettings) {
  return {
    name: settings.name,
    cron: timing.kind === 'cron' ? timing.cron : null,
    everyMs: timing.kind === 'every' ? timing.everyMs : null,
    at: timing.kind === 'at' ? timing.at : null,
    timeZone: settings.timeZone,
    onMissed: settings.onMissed,
    graceMs: settings.graceMs,
    overlap: settings.overlap,
    action: JSON.stringify(settings.action),
  };
}

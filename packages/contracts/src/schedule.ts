import { z } from 'zod';
import { Action, ActionView, FiringView } from './action.ts';
import { Named, pageOf } from './api/query.ts';
import { ConversationId, ScheduleId } from './ids.ts';
import { boundedText, refusal } from './text.ts';

const SCHEDULE_NAME_MAX_CHARS = 200;
const DAY_MS = 86_400_000;
const MAX_EVERY_MS = 366 * DAY_MS;
const MAX_GRACE_MS = 30 * DAY_MS;

const ScheduleName = boundedText({ name: 'name', maxChars: SCHEDULE_NAME_MAX_CHARS }).refine(
  (name) => name.trim() !== '',
  { error: 'name is empty', params: refusal('INVALID_FIELD') },
);

/** What becomes of instants that passed while nothing ran. */
export const OnMissed = z.enum(['skip', 'once', 'all']);
export type OnMissed = z.infer<typeof OnMissed>;

/** What becomes of an instant while the one before is still on. */
export const Overlap = z.enum(['skip', 'queue', 'parallel']);
export type Overlap = z.infer<typeof Overlap>;

const timing = {
  cron: boundedText({ name: 'cron', maxChars: 200 }).optional(),
  every_ms: z.int().min(1).max(MAX_EVERY_MS).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
};

const settings = {
  time_zone: boundedText({ name: 'time_zone', maxChars: 64 }).optional(),
  on_missed: OnMissed.optional(),
  /** Older missed instants are left out, in ms. */
  grace_ms: z.int().min(0).max(MAX_GRACE_MS).optional(),
  overlap: Overlap.optional(),
  paused: z.boolean().optional(),
};

/** Body of `POST /api/v1/schedules`: one of `cron`, `every_ms` and `at`. */
export const NewScheduleBody = Named.extend({
  name: ScheduleName,
  ...timing,
  ...settings,
  action: Action,
}).meta({ id: 'NewSchedule' });
export type NewScheduleBody = z.infer<typeof NewScheduleBody>;

/** Body of `PATCH /api/v1/schedules/:id`; a new `cron`, `every_ms` or `at` takes the place of whichever there was. */
export const SchedulePatch = Named.extend({
  name: ScheduleName.optional(),
  ...timing,
  ...settings,
  action: Action.optional(),
}).meta({ id: 'SchedulePatch' });
export type SchedulePatch = z.infer<typeof SchedulePatch>;

const Time = z.iso.datetime();

export const ScheduleView = z
  .object({
    id: ScheduleId,
    user_id: z.string(),
    name: z.string(),
    cron: z.string().nullable(),
    every_ms: z.int().nullable(),
    at: Time.nullable(),
    time_zone: z.string(),
    on_missed: OnMissed,
    grace_ms: z.int(),
    overlap: Overlap,
    paused: z.boolean(),
    /** Who has made it; a `file` one is changed in CRONS.json, and can be paused and resumed here. */
    source: z.enum(['api', 'file', 'model']),
    action: ActionView,
    /** Where the answers of its runs are. */
    conversation_id: ConversationId.nullable(),
    next_at: Time.nullable(),
    /** The next five instants. */
    next_times: z.array(Time),
    last: FiringView.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Schedule' });
export type ScheduleView = z.infer<typeof ScheduleView>;

/** `GET /api/v1/schedules/:id`: with its last ten firings. */
export const ScheduleDetail = ScheduleView.extend({ history: z.array(FiringView) }).meta({
  id: 'ScheduleDetail',
});
export type ScheduleDetail = z.infer<typeof ScheduleDetail>;

export const SchedulePage = pageOf(ScheduleView);
export type SchedulePage = z.infer<typeof SchedulePage>;

export const FiringPage = pageOf(FiringView);
export type FiringPage = z.infer<typeof FiringPage>;

/** Body of `POST /schedules` and `PUT /schedules/:id` of the system that this one grew from (BK-12). */
export const CompatScheduleBody = z.object({
  name: ScheduleName,
  schedule: boundedText({ name: 'schedule', maxChars: 200 }),
  type: z.enum(['agent', 'command', 'http']),
  job: z.string().max(10_000).optional(),
  command: z.string().max(1_024).optional(),
  url: z.string().max(8_192).optional(),
  method: z.string().max(16).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  vars: z.json().optional(),
  enabled: z.boolean().optional(),
  ...Named.shape,
});
export type CompatScheduleBody = z.infer<typeof CompatScheduleBody>;

export const CompatSchedule = z.object({
  id: z.string(),
  name: z.string(),
  schedule: z.string(),
  type: z.string(),
  enabled: z.boolean(),
  last_run_at: Time.nullable(),
  /** Of a job or run; `skipped` for one that was asked for while the schedule was disabled. */
  last_status: z.string().nullable(),
  /** What the job gave, cut to 10,000 characters. */
  last_output: z.string().nullable(),
  next_run_at: Time.nullable(),
  created_at: Time,
  updated_at: Time,
});
export type CompatSchedule = z.infer<typeof CompatSchedule>;

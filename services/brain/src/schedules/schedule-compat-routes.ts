import { Api, Named } from '@bakerst/contracts';
import {
  type CompatSchedule,
  CompatScheduleBody,
  NewScheduleBody,
  SchedulePatch,
} from '@bakerst/contracts/schedules';
import { limitOutput } from '@bakerst/kit';
import { z } from 'zod';
import type { Firing } from '../actions/ports.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso, toIsoOrNull } from '../http/to-iso.ts';
import { scopeOf } from '../principals/principal.ts';
import { resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import {
  changeSchedule,
  createSchedule,
  removeSchedule,
  runScheduleNow,
} from './manage-schedules.ts';
import type { Schedule } from './ports.ts';
import type { ScheduleRoutesDeps } from './schedule-routes.ts';
import { unknownSchedule } from './schedule-view.ts';

const Path = z.object({ id: z.string() });
const LISTED = 100;
const MAX_OUTPUT_CHARS = 10_000;

/** BK-12: schedules as the system that this one grew from has them. */
export function createScheduleCompatRoutes(deps: ScheduleRoutesDeps): readonly Route[] {
  const find = (call: RouteCall, named: Named): Schedule => {
    const { id } = parsePath(Path, call.request.params);
    const found = deps.schedules.find(resolveScope(deps.resolve, call.principal, named), id);
    if (found === undefined) throw unknownSchedule();
    return found;
  };
  const inQuery = ({ request }: RouteCall): Named => parseQuery(Named, request.query);
  return [
    {
      endpoint: Api.compatSchedules,
      async handle(call) {
        const scope = resolveScope(deps.resolve, call.principal, inQuery(call));
        const found = deps.schedules.list(scope, { beforeSeq: undefined, limit: LISTED });
        const shown = found.map((schedule) => toCompat(deps, schedule));
        sendJson(call.response, Api.compatSchedules.answers[200], shown);
      },
    },
    {
      endpoint: Api.compatCreateSchedule,
      async handle(call) {
        const given = parseBody(CompatScheduleBody, call.body);
        const tenant = resolveTenant(deps.resolve, call.principal, given);
        const body = parseBody(NewScheduleBody, toBody(given));
        const key = readIdempotencyKey(call.request);
        const schedule = await createSchedule(deps, tenant, { body, key });
        call.response.status(201);
        sendJson(call.response, Api.compatCreateSchedule.answers[201], toCompat(deps, schedule));
      },
    },
    {
      endpoint: Api.compatSchedule,
      async handle(call) {
        const shown = toCompat(deps, find(call, inQuery(call)));
        sendJson(call.response, Api.compatSchedule.answers[200], shown);
      },
    },
    {
      endpoint: Api.compatPutSchedule,
      async handle(call) {
        const given = parseBody(CompatScheduleBody, call.body);
        const { org, user_id } = given;
        const schedule = find(call, readNamed(call, { org, user_id }));
        const patch = parseBody(SchedulePatch, toBody(given));
        const changed = await changeSchedule(deps, schedule, patch);
        sendJson(call.response, Api.compatPutSchedule.answers[200], toCompat(deps, changed));
      },
    },
    {
      endpoint: Api.compatDeleteSchedule,
      async handle(call) {
        await removeSchedule(deps, find(call, inQuery(call)));
        sendJson(call.response, Api.compatDeleteSchedule.answers[200], { ok: true });
      },
    },
    {
      endpoint: Api.compatRunSchedule,
      async handle(call) {
        const key = readIdempotencyKey(call.request);
        const schedule = find(call, readNamed(call));
        // BK-58: a disabled one is skipped.
        const firing = await runScheduleNow(deps, schedule, { key, skipsPaused: true });
        const jobId = firing.jobId ?? firing.runId ?? null;
        sendJson(call.response, Api.compatRunSchedule.answers[200], { ok: true, jobId });
      },
    },
  ];
}

/** The same in our own words; what does not fit is refused there. */
function toBody({ name, schedule, enabled, type, ...given }: CompatScheduleBody): object {
  const actions = {
    agent: { type, job: given.job },
    command: { type, command: given.command },
    http: { type, url: given.url, method: given.method, headers: given.headers, body: given.vars },
  } as const;
  return { name, cron: schedule, paused: enabled === false, action: actions[type] };
}

type CompatDeps = Pick<ScheduleRoutesDeps, 'firings' | 'jobs'>;

/** BK-58: one that was asked for while its schedule was disabled was skipped. */
function toLastStatus({ outcome, status, reason }: Firing): string {
  if (status === 'cancelled' && reason === 'PAUSED') return 'skipped';
  return outcome ?? status;
}

/** What the job gave; null for a run, whose answer is in its conversation. */
function readOutput(
  jobs: CompatDeps['jobs'],
  { tenant }: Schedule,
  { jobId }: Firing,
): string | null {
  const result = jobId === undefined ? undefined : jobs.find(scopeOf(tenant), jobId)?.result;
  if (result === undefined || result === null) return null;
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return limitOutput(text, { maxChars: MAX_OUTPUT_CHARS });
}

function toCompat({ firings, jobs }: CompatDeps, schedule: Schedule): CompatSchedule {
  const { id, timing } = schedule;
  const [last] = firings.list({ kind: 'schedule', id }, { beforeSeq: undefined, limit: 1 });
  return {
    id,
    name: schedule.name,
    schedule: toExpression(timing),
    type: schedule.action.type,
    enabled: schedule.pausedAt === undefined,
    last_run_at: toIsoOrNull(last?.at),
    last_status: last === undefined ? null : toLastStatus(last),
    last_output: last === undefined ? null : readOutput(jobs, schedule, last),
    next_run_at: toIsoOrNull(schedule.nextAt),
    created_at: toIso(schedule.createdAt),
    updated_at: toIso(schedule.updatedAt),
  };
}

function toExpression(timing: Schedule['timing']): string {
  switch (timing.kind) {
    case 'cron':
      return timing.cron;
    case 'every':
      return `every ${timing.everyMs} ms`;
    case 'at':
      return toIso(timing.at);
    default:
      return timing satisfies never;
  }
}

import { Api, Named } from '@bakerst/contracts';
import {
  type CompatSchedule,
  CompatScheduleBody,
  NewScheduleBody,
  SchedulePatch,
} from '@bakerst/contracts/schedules';
import { z } from 'zod';
import type { FiringStore } from '../actions/ports.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso, toIsoOrNull } from '../http/to-iso.ts';
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
        const schedule = await createSchedule(deps, tenant, { body, key: undefined });
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
        const firing = await runScheduleNow(deps, find(call, readNamed(call)), undefined);
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

function toCompat(
  { firings }: { readonly firings: Pick<FiringStore, 'list'> },
  schedule: Schedule,
): CompatSchedule {
  const { id, timing } = schedule;
  const [last] = firings.list({ kind: 'schedule', id }, { beforeSeq: undefined, limit: 1 });
  return {
    id,
    name: schedule.name,
    schedule: toExpression(timing),
    type: schedule.action.type,
    enabled: schedule.pausedAt === undefined,
    last_run_at: toIsoOrNull(last?.at),
    last_status: last?.outcome ?? last?.status ?? null,
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

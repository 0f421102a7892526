import { Api, Named, type ScheduleId } from '@bakerst/contracts';
import {
  FiringPage,
  type FiringView as FiringViewType,
  NewScheduleBody,
  ScheduleDetail,
  SchedulePage,
  SchedulePatch,
  ScheduleView,
} from '@bakerst/contracts/schedules';
import type { NewId } from '@bakerst/kit';
import { z } from 'zod';
import { toFiringView } from '../actions/firing-view.ts';
import type { FiringStore, TellFired } from '../actions/ports.ts';
import type { UserChanges } from '../events/ports.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { KeyStore } from '../idempotency/ports.ts';
import type { JobStore } from '../jobs/ports.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import {
  changeSchedule,
  createSchedule,
  removeSchedule,
  runScheduleNow,
} from './manage-schedules.ts';
import type { Schedule, ScheduleStore } from './ports.ts';
import type { ScheduleRules } from './read-schedule.ts';
import { toScheduleView, unknownSchedule } from './schedule-view.ts';

export interface ScheduleRoutesDeps extends ScheduleRules {
  readonly schedules: ScheduleStore;
  readonly firings: FiringStore;
  readonly keys: KeyStore;
  readonly tellFired: TellFired;
  readonly changes: UserChanges;
  readonly resolve: ResolveDeps;
  /** What became of the jobs that were set off. */
  readonly jobs: Pick<JobStore, 'find'>;
  readonly newId: NewId;
}

const Path = z.object({ id: z.string() });
const HISTORY = 10;

export function createScheduleRoutes(deps: ScheduleRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.createSchedule, handle: (call) => answerCreate(deps, call) },
    { endpoint: Api.listSchedules, handle: async (call) => answerList(deps, call) },
    {
      endpoint: Api.getSchedule,
      async handle(call) {
        const schedule = readTarget(deps, call);
        const history = listFirings(deps, schedule.id, { beforeSeq: undefined, limit: HISTORY });
        const view = toScheduleView(deps, schedule);
        sendJson(call.response, ScheduleDetail, { ...view, history: history.map(toFiringView) });
      },
    },
    {
      endpoint: Api.changeSchedule,
      async handle(call) {
        const { org, user_id, ...patch } = parseBody(SchedulePatch, call.body);
        const schedule = readTarget(deps, call, readNamed(call, { org, user_id }));
        const changed = await changeSchedule(deps, schedule, patch);
        sendJson(call.response, ScheduleView, toScheduleView(deps, changed));
      },
    },
    {
      endpoint: Api.runSchedule,
      async handle(call) {
        const schedule = readTarget(deps, call, readNamed(call));
        const key = readIdempotencyKey(call.request);
        const firing = await runScheduleNow(deps, schedule, { key });
        call.response.status(202);
        const view: FiringViewType = toFiringView(firing);
        sendJson(call.response, Api.runSchedule.answers[202], view);
      },
    },
    {
      endpoint: Api.deleteSchedule,
      async handle(call) {
        await removeSchedule(deps, readTarget(deps, call));
        call.response.status(204).end();
      },
    },
    { endpoint: Api.listOccurrences, handle: async (call) => answerOccurrences(deps, call) },
  ];
}

async function answerCreate(deps: ScheduleRoutesDeps, call: RouteCall): Promise<void> {
  const body = parseBody(NewScheduleBody, call.body);
  const tenant = resolveTenant(deps.resolve, call.principal, body);
  const key = readIdempotencyKey(call.request);
  const schedule = await createSchedule(deps, tenant, { body, key });
  call.response.status(201);
  sendJson(call.response, ScheduleView, toScheduleView(deps, schedule));
}

function answerList(deps: ScheduleRoutesDeps, { request, response, principal }: RouteCall): void {
  const { limit, cursor, ...named } = parseQuery(Api.listSchedules.query, request.query);
  const scope = resolveScope(deps.resolve, principal, named);
  const found = deps.schedules.list(scope, { beforeSeq: readCursor('schedules', cursor), limit });
  const page = toPage(found, limit, {
    list: 'schedules',
    show: (schedule) => toScheduleView(deps, schedule),
    place: ({ seq }) => seq,
  });
  sendJson(response, SchedulePage, page);
}

function answerOccurrences(deps: ScheduleRoutesDeps, call: RouteCall): void {
  const { limit, cursor, ...named } = parseQuery(Api.listOccurrences.query, call.request.query);
  const { id } = readTarget(deps, call, named);
  const found = listFirings(deps, id, { beforeSeq: readCursor('firings', cursor), limit });
  const page = toPage(found, limit, {
    list: 'firings',
    show: toFiringView,
    place: ({ seq }) => seq,
  });
  sendJson(call.response, FiringPage, page);
}

function listFirings(
  { firings }: ScheduleRoutesDeps,
  id: ScheduleId,
  window: { readonly beforeSeq: number | undefined; readonly limit: number },
) {
  return firings.list({ kind: 'schedule', id }, window);
}

function readTarget(
  deps: Pick<ScheduleRoutesDeps, 'schedules' | 'resolve'>,
  { request, principal }: RouteCall,
  named: Named = parseQuery(Named, request.query),
): Schedule {
  const { id } = parsePath(Path, request.params);
  const schedule = deps.schedules.find(resolveScope(deps.resolve, principal, named), id);
  if (schedule === undefined) throw unknownSchedule();
  return schedule;
}

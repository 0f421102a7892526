import { Api } from '@bakerst/contracts';
import type {
  CompatSchedule,
  CompatScheduleBody,
  FiringPage,
  FiringView,
  NewScheduleBody,
  ScheduleDetail,
  SchedulePage,
  SchedulePatch,
  ScheduleView,
} from '@bakerst/contracts/schedules';
import type { z } from 'zod';
import type { Call, CallOptions } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';

/** What is done at times. */
export interface ScheduleMethods {
  createSchedule(
    body: z.input<typeof NewScheduleBody>,
    options?: CallOptions,
  ): Promise<ScheduleView>;
  listSchedules(query?: PageQuery): Promise<SchedulePage>;
  /** With its next times and its last firings. */
  getSchedule(id: string, named?: NamedUser): Promise<ScheduleDetail>;
  /** Changes, pauses or resumes it. */
  changeSchedule(id: string, patch: z.input<typeof SchedulePatch>): Promise<ScheduleView>;
  /** Has it fire now, besides its own times. */
  runSchedule(id: string, options?: CallOptions & NamedUser): Promise<FiringView>;
  deleteSchedule(id: string, named?: NamedUser): Promise<void>;
  /** What became of each of its times, newest first. */
  listOccurrences(id: string, query?: PageQuery): Promise<FiringPage>;
  compatSchedules(named?: NamedUser): Promise<CompatSchedule[]>;
  compatCreateSchedule(body: z.input<typeof CompatScheduleBody>): Promise<CompatSchedule>;
  compatSchedule(id: string, named?: NamedUser): Promise<CompatSchedule>;
  compatPutSchedule(id: string, body: z.input<typeof CompatScheduleBody>): Promise<CompatSchedule>;
  compatDeleteSchedule(id: string, named?: NamedUser): Promise<{ readonly ok: true }>;
  compatRunSchedule(
    id: string,
    named?: NamedUser,
  ): Promise<{ readonly ok: true; readonly jobId: string | null }>;
}

export function createScheduleMethods(call: Call): ScheduleMethods {
  return {
    createSchedule: (body, more) => call.created(Api.createSchedule, { body, ...more }),
    listSchedules: (query) => call.json(Api.listSchedules, { query: { ...query } }),
    getSchedule: (id, query) => call.json(Api.getSchedule, { params: { id }, query: { ...query } }),
    changeSchedule: (id, body) => call.json(Api.changeSchedule, { params: { id }, body }),
    runSchedule: (id, { org, user_id, ...more } = {}) =>
      call.accepted(Api.runSchedule, {
        params: { id },
        query: { org, user_id },
        body: {},
        ...more,
      }),
    deleteSchedule: (id, query) =>
      call.nothing(Api.deleteSchedule, { params: { id }, query: { ...query } }),
    listOccurrences: (id, query) =>
      call.json(Api.listOccurrences, { params: { id }, query: { ...query } }),
    compatSchedules: (query) => call.json(Api.compatSchedules, { query: { ...query } }),
    compatCreateSchedule: (body) => call.created(Api.compatCreateSchedule, { body }),
    compatSchedule: (id, query) =>
      call.json(Api.compatSchedule, { params: { id }, query: { ...query } }),
    compatPutSchedule: (id, body) => call.json(Api.compatPutSchedule, { params: { id }, body }),
    compatDeleteSchedule: (id, query) =>
      call.json(Api.compatDeleteSchedule, { params: { id }, query: { ...query } }),
    compatRunSchedule: (id, query) =>
      call.json(Api.compatRunSchedule, { params: { id }, query: { ...query }, body: {} }),
  };
}

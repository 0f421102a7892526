import {
  failedAnswer,
  refuseInput,
  type Tool,
  type ToolAnswer,
  type ToolCall,
} from '@bakerst/agent';
import { ScheduleId } from '@bakerst/contracts';
import { NewScheduleBody } from '@bakerst/contracts/schedules';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import type { FindTalk } from '../deliveries/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import type { ManageSchedulesDeps } from './manage-schedules.ts';
import { readNewSchedule } from './read-schedule.ts';
import { SCHEDULE_CREATE, SCHEDULE_DELETE, SCHEDULE_LIST } from './schedule-definitions.ts';
import { type ScheduleViewDeps, toScheduleView } from './schedule-view.ts';

export type ScheduleToolsDeps = ManageSchedulesDeps &
  ScheduleViewDeps & {
    readonly findTalk: FindTalk;
  };

const { name, cron, every_ms, at, time_zone } = NewScheduleBody.shape;
const CreateInput = z.object({
  name,
  cron,
  every_ms,
  at,
  time_zone,
  message: z.string().min(1).max(10_000),
});
const DeleteInput = z.object({ id: z.string().max(128) });
const LISTED = 100;

/** The tools by which the model makes, lists and deletes schedules of the person whom it talks to. */
export function createScheduleTools(
  deps: ScheduleToolsDeps,
  { run, fence }: Pick<ActiveRun, 'run' | 'fence'>,
): readonly Tool[] {
  const { tenant } = run;
  const scope = scopeOf(tenant);
  const show = (schedule: Parameters<typeof toScheduleView>[1]) => {
    const { id, user_id: _user, action, next_times, ...view } = toScheduleView(deps, schedule);
    return {
      id,
      name: view.name,
      cron: view.cron,
      every_ms: view.every_ms,
      at: view.at,
      time_zone: view.time_zone,
      paused: view.paused,
      next_times,
      action,
    };
  };
  return [
    toTool(SCHEDULE_CREATE, CreateInput, async ({ message, ...wanted }, call) => {
      await call.recorded;
      // Whoever asks in a chat wants to be told there.
      const talk = deps.findTalk(run);
      const mayGo = talk !== undefined && deps.rules.findChat(tenant, talk) !== undefined;
      const action = { type: 'run', message, ...(mayGo && { deliver_to: talk }) } as const;
      // The same call, made again after a restart, finds what it has made.
      const madeBy = `${run.id}.${call.place.turn}.${call.place.index}`;
      const schedule =
        deps.schedules.findMadeBy(madeBy) ??
        (await deps.schedules.create(tenant, {
          ...readNewSchedule(deps, { ...wanted, action }, tenant),
          id: ScheduleId.parse(deps.newId()),
          isPaused: false,
          source: 'model',
          madeBy,
          fence,
        }));
      deps.changes.tell(tenant, { type: 'schedule', schedule_id: schedule.id });
      return show(schedule);
    }),
    toTool(SCHEDULE_LIST, z.object({}), async () => {
      const found = deps.schedules.list(scope, { beforeSeq: undefined, limit: LISTED });
      return { schedules: found.map(show) };
    }),
    toTool(SCHEDULE_DELETE, DeleteInput, async ({ id }, call) => {
      await call.recorded;
      const known = deps.schedules.find(scope, id);
      if (known?.source === 'file')
        return { error: 'this schedule comes from a file of the operator; it can be paused' };
      const removed = await deps.schedules.remove(scope, id, fence);
      if (removed === undefined) return { deleted: false };
      deps.tellFired(removed.fired);
      deps.changes.tell(tenant, { type: 'schedule', schedule_id: removed.value.id });
      return { deleted: true };
    }),
  ];
}

/** A tool that answers with JSON; what is refused is told. */
function toTool<Input extends z.ZodType>(
  definition: Tool['definition'],
  schema: Input,
  work: (input: z.output<Input>, call: ToolCall) => Promise<object>,
): Tool {
  return {
    definition,
    async run(input, call): Promise<ToolAnswer> {
      const parsed = schema.safeParse(input ?? {});
      if (!parsed.success) return refuseInput(input, parsed.error);
      try {
        return { text: JSON.stringify(await work(parsed.data, call)), isError: false };
      } catch (err) {
        const isRefusal =
          err instanceof AppError &&
          (err.code === 'VALIDATION_ERROR' || err.reason === 'TOO_MANY_SCHEDULES');
        if (isRefusal) return failedAnswer(err.message);
        throw err;
      }
    },
  };
}

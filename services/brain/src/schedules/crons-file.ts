import { isDeepStrictEqual } from 'node:util';
import { ScheduleId, type Tenant } from '@bakerst/contracts';
import { NewScheduleBody } from '@bakerst/contracts/schedules';
import { z } from 'zod';
import type { EntryKind } from '../actions/follow-file.ts';
import { parseBody } from '../http/parse-input.ts';
import { scopeOf } from '../principals/principal.ts';
import type { ManageSchedulesDeps } from './manage-schedules.ts';
import type { Schedule, ScheduleStore } from './ports.ts';
import { readNewSchedule } from './read-schedule.ts';

type CronsDeps = ManageSchedulesDeps & { readonly schedules: ScheduleStore };

/** The short form of the source system (BK-56): a job beside its name and times. */
const ShortEntry = z.looseObject({
  name: z.string(),
  schedule: z.string().optional(),
  enabled: z.boolean().optional(),
  action: z.unknown().optional(),
});

const SETTINGS = ['every_ms', 'at', 'time_zone', 'on_missed', 'grace_ms', 'overlap'] as const;

/** `operating_system/CRONS.json`: schedules of the first user. */
export function createCronsFile(deps: CronsDeps, tenant: Tenant): EntryKind {
  const { schedules } = deps;
  const scope = scopeOf(tenant);
  const tell = (schedule: Schedule): void =>
    deps.changes.tell(tenant, { type: 'schedule', schedule_id: schedule.id });
  return {
    file: 'CRONS.json',
    async follow(entry, entryHash) {
      const { paused = false, ...body } = parseBody(NewScheduleBody, toBody(entry));
      const known = schedules.listOfFile(tenant).find(({ name }) => name === body.name);
      if (known?.entryHash === entryHash) return;
      // What an entry leaves out is as usual, whatever it said before.
      const settings = readNewSchedule(deps, body, tenant);
      if (known === undefined) {
        const id = ScheduleId.parse(deps.newId());
        tell(
          await schedules.create(tenant, {
            ...settings,
            id,
            isPaused: paused,
            source: 'file',
            entryHash,
          }),
        );
        return;
      }
      const { timing, ...others } = settings;
      const changed = await schedules.change(scope, known.id, {
        ...others,
        // An interval goes on from where it was.
        ...(!isDeepStrictEqual(timing, known.timing) && { timing }),
        isPaused: paused,
        entryHash,
      });
      deps.tellFired(changed?.fired ?? []);
      tell(known);
    },
    hasAny: () => schedules.listOfFile(tenant).length > 0,
    async keepOnly(names) {
      for (const schedule of schedules.listOfFile(tenant)) {
        if (names.has(schedule.name)) continue;
        const removed = await schedules.remove(scope, schedule.id);
        deps.tellFired(removed?.fired ?? []);
        tell(schedule);
      }
    },
  };
}

function toBody(entry: unknown): object {
  const given = parseBody(ShortEntry, entry);
  const { name, schedule, enabled = true, action, ...rest } = given;
  const settings = Object.fromEntries(
    SETTINGS.filter((key) => key in rest).map((key) => [key, rest[key]]),
  );
  const left = Object.fromEntries(
    Object.entries(rest).filter(
      ([key]) => !SETTINGS.some((name) => name === key) && key !== 'cron',
    ),
  );
  return {
    name,
    cron: schedule ?? rest['cron'],
    ...settings,
    paused: !enabled,
    action: action ?? left,
  };
}

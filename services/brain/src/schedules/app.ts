import { join } from 'node:path';
import { UserId } from '@bakerst/contracts';
import { openEntryFile } from '../actions/disk-entry-file.ts';
import { createFileFollower, type FileFollower } from '../actions/follow-file.ts';
import type { FiringStore, TellFired } from '../actions/ports.ts';
import { type FireWaiting, prepareFireWaiting } from '../actions/sqlite-fire-waiting.ts';
import { createSqliteFiringStore } from '../actions/sqlite-firing-store.ts';
import { createTellFired } from '../actions/tell-fired.ts';
import { prepareFindTalk } from '../deliveries/sqlite-find-chat.ts';
import type { Route } from '../http/route.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { Jobs } from '../jobs/app.ts';
import type { ChoiceDeps } from '../models/check-choice.ts';
import { OWNER } from '../principals/principal.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Surroundings } from '../surroundings.ts';
import { createCronReader } from './cron-times.ts';
import { createCronsFile } from './crons-file.ts';
import { keepTime } from './keep-time.ts';
import { createScheduleCompatRoutes } from './schedule-compat-routes.ts';
import { createScheduleRoutes } from './schedule-routes.ts';
import type { ScheduleToolsDeps } from './schedule-tools.ts';
import { createSqliteClockwork } from './sqlite-clockwork.ts';
import { createSqliteScheduleStore } from './sqlite-schedule-store.ts';

/** The feature, built on its adapters. */
export interface Schedules extends ScheduleToolsDeps {
  readonly firings: FiringStore;
  readonly tellFired: TellFired;
  readonly waiting: FireWaiting;
  readonly file: FileFollower;
  createRoutes(resolve: ResolveDeps): readonly Route[];
  /** Keeps the time, and follows the file. */
  watch(): Disposable;
}

interface ScheduleSurroundings {
  readonly jobs: Jobs;
  readonly choices: ChoiceDeps;
  readonly wakeRuns: () => void;
}

export function createSchedules(around: Surroundings, given: ScheduleSurroundings): Schedules {
  const { db, clock, log, config, faults } = around;
  const { jobs, choices, wakeRuns } = given;
  const reader = createCronReader();
  const keys = createSqliteKeyStore(db, clock);
  const waiting = prepareFireWaiting({ ...around, rules: jobs.rules, keys });
  const firings = createSqliteFiringStore({ ...around, waiting });
  const stored = { ...around, reader, waiting, decidesInside: faults.decidesInside };
  const tellFired = createTellFired({ ...around, relay: jobs.relay, wakeRuns });
  const deps: ScheduleToolsDeps & { readonly firings: FiringStore } = {
    ...around,
    rules: jobs.rules,
    choices,
    reader,
    minMs: config.scheduleMinMs,
    defaultZone: config.timeZone,
    now: () => clock.now(),
    schedules: createSqliteScheduleStore({ ...stored, firings }),
    firings,
    keys,
    tellFired,
    findTalk: prepareFindTalk(db),
  };
  const owner = { org: config.defaultOrg, user: UserId.parse(OWNER) };
  const file = createFileFollower({
    file: openEntryFile(join(config.operatingSystemDir, 'CRONS.json')),
    kind: createCronsFile(deps, owner),
    clock,
    log,
  });
  return {
    ...deps,
    waiting,
    file,
    createRoutes: (resolve) => [
      ...createScheduleRoutes({ ...deps, resolve, jobs: jobs.store }),
      ...createScheduleCompatRoutes({ ...deps, resolve, jobs: jobs.store }),
    ],
    watch() {
      const open = new DisposableStack();
      void file.look();
      open.use(file.watch());
      const clockwork = createSqliteClockwork(stored);
      open.use(keepTime({ ...around, ...deps, clockwork, retainDays: config.retainDays }));
      return open;
    },
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, UserId } from '@bakerst/contracts';
import { type Logger, silentLogger } from '@bakerst/kit';
import { loadCommandList } from '@bakerst/kit/command-list';
import { countingIds, createFakeClock } from '@bakerst/kit/testing';
import { parseAllowedHosts } from '@bakerst/kit/url-guard';
import type { FiringStore } from '../actions/ports.ts';
import { prepareFireWaiting } from '../actions/sqlite-fire-waiting.ts';
import { createSqliteFiringStore } from '../actions/sqlite-firing-store.ts';
import { createSqliteRestoredWork } from '../backups/sqlite-restored-work.ts';
import { prepareFindChat } from '../deliveries/sqlite-find-chat.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { createSecretBox } from '../mcp/secret-box.ts';
import { createSqliteToolChecker } from '../mcp/sqlite-tool-checker.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createSqliteDeliveryStore } from '../triggers/sqlite-delivery-store.ts';
import { createSqliteTriggerStore } from '../triggers/sqlite-trigger-store.ts';
import { createCronReader } from './cron-times.ts';
import type { Clockwork, NewSchedule, ScheduleStore } from './ports.ts';
import { createSqliteClockwork } from './sqlite-clockwork.ts';
import { createSqliteScheduleStore } from './sqlite-schedule-store.ts';

export const MINUTE = 60_000;
export const gary = { org: OrgId.parse('home'), user: UserId.parse('gary') };

export interface Brain {
  readonly firings: FiringStore;
  readonly clockwork: Clockwork;
  readonly schedules: ScheduleStore;
  readonly tellFired: () => void;
  readonly deliveries: ReturnType<typeof createSqliteDeliveryStore>;
}

export interface Household extends Disposable {
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly newId: () => string;
  openBrain(): Brain;
  run(sql: string): void;
  /** Triggers whose secrets are encrypted with this key; hears what is logged. */
  openTriggers(key: Buffer, log?: Logger): ReturnType<typeof createSqliteTriggerStore>;
  endJobs(): void;
  count(sql: string): number;
  /** What a brain does that finds its database to be a copy from a backup. */
  restore(): Promise<void>;
}

/** A household's schedules on a real database, with as many brains as somebody asks for, and a clock that is told. */
export function openHousehold(): Household {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'), { synchronous: 'NORMAL' });
  // No power fails here.
  db.exec('PRAGMA synchronous = OFF');
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 0)`);
  const clock = createFakeClock();
  const newId = countingIds();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const base = { db, clock, newId, writer, log: silentLogger, reader: createCronReader() };
  const rules = {
    commands: loadCommandList(dir),
    allowedHosts: parseAllowedHosts([]),
    tools: createSqliteToolChecker(db),
    findChat: prepareFindChat(db, { telegram: { allowedChats: new Set() } }),
  };
  const endJobs = db.prepare(`UPDATE job SET status = 'completed' WHERE status = 'queued'`);
  return {
    clock,
    newId,
    openBrain() {
      const keys = createSqliteKeyStore(db, clock);
      const waiting = prepareFireWaiting({ ...base, rules, keys });
      const firings = createSqliteFiringStore({ ...base, waiting });
      const stored = { ...base, waiting };
      return {
        firings,
        clockwork: createSqliteClockwork(stored),
        schedules: createSqliteScheduleStore({ ...stored, firings }),
        tellFired: () => undefined,
        deliveries: createSqliteDeliveryStore({ ...base, keys, waiting, firings }),
      };
    },
    openTriggers: (key, log = silentLogger) =>
      createSqliteTriggerStore({
        ...base,
        log,
        box: createSecretBox({ read: () => key, readOrMake: () => key }),
      }),
    run: (sql) => void db.exec(sql),
    endJobs: () => void endJobs.run(),
    count: (sql) => Number(db.prepare(sql).pluck().get()),
    async restore() {
      db.exec(`INSERT INTO meta (key, value) VALUES ('copied_at', '0')`);
      await createSqliteRestoredWork(base).endUnfinished(() => {
        throw new Error('this household has only jobs');
      });
    },
    [Symbol.dispose]() {
      db.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export const everyMinute: Omit<NewSchedule, 'id'> = {
  name: 'look',
  timing: { kind: 'cron', cron: '* * * * *' },
  timeZone: 'Europe/Berlin',
  onMissed: 'once',
  graceMs: 86_400_000,
  overlap: 'skip',
  action: { type: 'code', code: 'return 1' },
  isPaused: false,
  source: 'api',
};

/** Lets somebody set the household's clock: it goes on from there, so many milliseconds ahead of what has passed. */
export function settable({ clock }: Pick<Household, 'clock'>): { aheadMs: number } {
  const setting = { aheadMs: 0 };
  const now = clock.now.bind(clock);
  clock.now = () => now() + setting.aheadMs;
  return setting;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, ScheduleId, UserId } from '@bakerst/contracts';
import type { OnMissed } from '@bakerst/contracts/schedules';
import { silentLogger } from '@bakerst/kit';
import { loadCommandList } from '@bakerst/kit/command-list';
import { countingIds, createFakeClock } from '@bakerst/kit/testing';
import { parseAllowedHosts } from '@bakerst/kit/url-guard';
import { expect, onTestFinished, test } from 'vitest';
import type { FiringStore } from '../actions/ports.ts';
import { prepareFireWaiting } from '../actions/sqlite-fire-waiting.ts';
import { createSqliteFiringStore } from '../actions/sqlite-firing-store.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { createSqliteToolChecker } from '../mcp/sqlite-tool-checker.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createCronReader } from './cron-times.ts';
import { lookOnce } from './keep-time.ts';
import type { NewSchedule } from './ports.ts';
import { createSqliteClockwork } from './sqlite-clockwork.ts';
import { createSqliteScheduleStore } from './sqlite-schedule-store.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
const gary = { org: OrgId.parse('home'), user: UserId.parse('gary') };

/** A household's schedules on a real database, with as many brains as somebody asks for, and a clock that is told. */
function openHousehold() {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'), { synchronous: 'NORMAL' });
  onTestFinished(() => {
    db.close();
    rmSync(dir, { recursive: true });
  });
  // No power fails here.
  db.exec('PRAGMA synchronous = OFF');
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 0)`);
  const clock = createFakeClock();
  const newId = countingIds();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const base = { db, clock, newId, writer, log: silentLogger };
  const rules = {
    commands: loadCommandList(dir),
    allowedHosts: parseAllowedHosts([]),
    tools: createSqliteToolChecker(db),
  };
  const reader = createCronReader();
  const openBrain = () => {
    const keys = createSqliteKeyStore(db, clock);
    const waiting = prepareFireWaiting({ ...base, rules, keys });
    const firings: FiringStore = createSqliteFiringStore({ ...base, waiting });
    const stored = { ...base, reader, waiting };
    return {
      firings,
      clockwork: createSqliteClockwork(stored),
      schedules: createSqliteScheduleStore({ ...stored, firings }),
      tellFired: () => undefined,
    };
  };
  return {
    clock,
    openBrain,
    newId,
    endJobs: () => db.exec(`UPDATE job SET status = 'completed' WHERE status = 'queued'`),
    endRuns: () => db.exec(`UPDATE run SET status = 'completed' WHERE status = 'queued'`),
    count: (sql: string): number => Number(db.prepare(sql).pluck().get()),
  };
}

const everyMinute: Omit<NewSchedule, 'id'> = {
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

/** Minutes of the day in which nothing runs: five outages of 2 to 90 minutes. */
function outages(seed: number): ReadonlySet<number> {
  const minutes = new Set<number>();
  let state = seed;
  const random = (most: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % most;
  };
  for (let i = 0; i < 5; i++) {
    const from = i * 280 + random(150) + 10;
    for (let minute = from; minute < from + 2 + random(88); minute++) minutes.add(minute);
  }
  return minutes;
}

type Household = ReturnType<typeof openHousehold>;
type HouseholdBrain = ReturnType<Household['openBrain']>;

/** One brain looks, or all at the same moment; what is made up for comes one after the other. */
async function lookTogether(
  house: Household,
  brains: readonly HouseholdBrain[],
  isTogether: boolean,
): Promise<void> {
  await Promise.all(brains.slice(0, isTogether ? 2 : 1).map((brain) => lookOnce(brain)));
  house.endJobs();
  for (let more = 1; more > 0; house.endJobs())
    more = (await brains[0]?.firings.fireWaiting())?.length ?? 0;
}

test.each(['skip', 'once', 'all'] as OnMissed[])(
  'a day of minutes with five outages: nothing twice, and each missed one is accounted for (%s)',
  async (onMissed) => {
    const house = openHousehold();
    const brains = [house.openBrain(), house.openBrain()];
    const [brain] = brains;
    const id = ScheduleId.parse(house.newId());
    await brain?.schedules.create(gary, { ...everyMinute, onMissed, id });
    const down = outages(7);
    for (let minute = 0; minute < DAY_MINUTES; minute++) {
      await house.clock.advance(MINUTE);
      const isLast = minute === DAY_MINUTES - 1;
      if (!down.has(minute) || isLast) await lookTogether(house, brains, minute % 10 === 0);
    }
    const of = (status: string) =>
      house.count(`SELECT count(*) FROM firing WHERE status = '${status}'`);
    expect(house.count('SELECT count(DISTINCT scheduled_at) FROM firing')).toBe(DAY_MINUTES);
    expect(house.count('SELECT count(*) FROM firing')).toBe(DAY_MINUTES);
    expect(house.count('SELECT count(*) FROM job')).toBe(of('fired'));
    const missed = onMissed === 'all' ? 0 : down.size;
    expect({ fired: of('fired'), missed: of('missed') }).toEqual({
      fired: DAY_MINUTES - missed,
      missed,
    });
  },
  30_000,
);

test('a clock that is put forward and back fires nothing twice and loses nothing', async () => {
  const house = openHousehold();
  const { clock } = house;
  let offset = 0;
  const now = clock.now.bind(clock);
  clock.now = () => now() + offset;
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...everyMinute, id });
  const play = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      await clock.advance(MINUTE);
      await lookOnce(brain);
      house.endJobs();
    }
  };
  await play(10);
  offset += 60 * MINUTE;
  await play(10);
  offset -= 120 * MINUTE;
  await play(130);
  expect(house.count('SELECT count(*) FROM firing')).toBe(90);
  expect(house.count('SELECT count(DISTINCT scheduled_at) FROM firing')).toBe(90);
  expect(house.count(`SELECT count(*) FROM firing WHERE status = 'missed'`)).toBe(60);
  expect(house.count('SELECT count(*) FROM job')).toBe(30);
  // So far ahead that nobody would wait for it.
  offset += 400 * 24 * 60 * MINUTE;
  await lookOnce(brain);
  offset -= 400 * 24 * 60 * MINUTE;
  expect(await brain.clockwork.correct()).toBe(1);
  house.endJobs();
  const before = house.count('SELECT count(*) FROM job');
  // The first of the many that were missed is known by its instant.
  await play(2);
  expect(house.count('SELECT count(*) FROM job')).toBe(before + 1);
});

test('what was due is decided before a schedule is changed, paused, resumed or deleted', async () => {
  const house = openHousehold();
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...everyMinute, id, overlap: 'parallel' });
  const rows = () => house.count('SELECT count(*) FROM firing');
  await house.clock.advance(3 * MINUTE);
  const paused = await brain.schedules.change(gary, id, { isPaused: true });
  expect(rows()).toBe(3);
  expect(paused?.fired).toHaveLength(1);
  await house.clock.advance(3 * MINUTE);
  const resumed = await brain.schedules.change(gary, id, { isPaused: false });
  expect(rows()).toBe(3);
  expect(resumed?.value.nextAt).toBe(house.clock.now() + MINUTE);
  await house.clock.advance(2 * MINUTE);
  await brain.schedules.change(gary, id, { timing: { kind: 'every', everyMs: 10 * MINUTE } });
  expect(rows()).toBe(5);
  await house.clock.advance(10 * MINUTE);
  await brain.schedules.remove(gary, id);
  expect(rows()).toBe(6);
  expect(brain.schedules.find(gary, id)).toBeUndefined();
});

test('runs of one user are five at a time, and the others wait as rows', async () => {
  const house = openHousehold();
  const brain = house.openBrain();
  const action = { type: 'run', message: 'tell me the time' } as const;
  for (let i = 0; i < 7; i++)
    await brain.schedules.create(gary, {
      ...everyMinute,
      action,
      name: `clock ${i}`,
      id: ScheduleId.parse(house.newId()),
    });
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  expect(house.count(`SELECT count(*) FROM run WHERE status = 'queued'`)).toBe(5);
  expect(house.count(`SELECT count(*) FROM firing WHERE status = 'waiting'`)).toBe(2);
  house.endRuns();
  await brain.firings.fireWaiting();
  expect(house.count('SELECT count(DISTINCT conversation_id) FROM run')).toBe(7);
});

test('overlap: skip leaves out, queue waits, parallel goes on beside', async () => {
  const house = openHousehold();
  const brain = house.openBrain();
  for (const overlap of ['skip', 'queue', 'parallel'] as const)
    await brain.schedules.create(gary, {
      ...everyMinute,
      overlap,
      name: overlap,
      id: ScheduleId.parse(house.newId()),
    });
  for (let minute = 0; minute < 3; minute++) {
    await house.clock.advance(MINUTE);
    await lookOnce(brain);
  }
  const of = (overlap: string, status: string) =>
    house.count(`SELECT count(*) FROM firing JOIN schedule ON schedule.id = schedule_id
      WHERE schedule.overlap = '${overlap}' AND firing.status = '${status}'`);
  expect([of('skip', 'fired'), of('skip', 'overlapped')]).toEqual([1, 2]);
  expect([of('queue', 'fired'), of('queue', 'waiting')]).toEqual([1, 2]);
  expect(of('parallel', 'fired')).toBe(3);
});

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import type { Dump } from '../harness/dump.ts';
import { countFaults } from '../harness/history.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { until } from '../harness/until.ts';

const EVERY_MS = 1_000;
const KILL = 'SIGKILL brain';
const KILL_ALL = 'SIGKILL all brains';
const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

/** Three brains keep one schedule's time; they are killed, all together at times, and their clock is put back and forth. */
export const p15: Scenario = {
  name: 'P15',
  promise:
    'Each cron firing runs exactly once with any number of brains, restarts and clock jumps; missed ones follow the stated policy.',
  mutants: ['decided-outside', 'missed-forgotten'],
  async play(play) {
    const { open, count, dir } = play;
    const clock = join(dir, 'clock');
    const jumps = FAKETIME !== undefined;
    const set = (offset: string): void => writeFileSync(clock, `${offset}\n`);
    set('+0');
    const brainEnv = {
      SCHEDULE_MIN_MS: String(EVERY_MS),
      ...(jumps && {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      }),
    };
    const opened = await open({ brains: 3, workers: 0, script: () => textReply('ok'), brainEnv });
    await makeSchedule(opened);
    const firings = count({ smoke: 6, normal: 40, full: 60 });
    await strike(play, opened, { kills: count({ smoke: 2, normal: 10, full: 20 }) });
    await untilFired(opened, firings);
    if (jumps) await jump(opened, { set, more: count({ smoke: 1, normal: 3, full: 3 }) });
    return judge(play, opened, { wanted: firings, jumps: jumps ? JUMPS.length : 0 });
  },
};

async function makeSchedule({ client }: OpenStage): Promise<void> {
  await client.insist({
    request: 'schedule',
    user: 'gary',
    path: '/api/v1/schedules',
    key: 'the schedule',
    body: {
      user_id: 'gary',
      name: 'every second',
      every_ms: EVERY_MS,
      overlap: 'parallel',
      action: { type: 'code', code: 'return 1' },
    },
  });
}

interface Strikes {
  readonly kills: number;
}

/** Kills a brain at random, and now and then all of them: then instants are missed. */
async function strike({ random }: Play, { stage }: OpenStage, { kills }: Strikes): Promise<void> {
  for (let i = 0; i < kills; i++) {
    await delay(random.between(300, 1_200));
    if (i % 2 === 1) for (const brain of stage.brains) brain.kill(KILL_ALL);
    else random.pick(stage.brains).kill(KILL);
    await Promise.all(stage.brains.map((brain) => brain.ready()));
  }
}

async function untilFired({ stage }: OpenStage, wanted: number): Promise<void> {
  await until(() => firedOf(stage.dump()).length >= wanted, 180_000);
}

interface Jumps {
  readonly set: (offset: string) => void;
  /** Firings that are waited for behind each jump. */
  readonly more: number;
}

/** Two hours back, to now again, and an hour ahead. */
const JUMPS = ['-7200', '+0', '+3600'] as const;

async function jump(opened: OpenStage, { set, more }: Jumps): Promise<void> {
  const { stage } = opened;
  for (const offset of JUMPS) {
    const before = firedOf(stage.dump()).length;
    set(offset);
    if (offset === '-7200') await delay(3_000);
    else await untilFired(opened, before + more);
  }
}

function firedOf({ firings }: Dump): Dump['firings'] {
  return firings.filter(({ status }) => status === 'fired');
}

interface Wanted {
  readonly wanted: number;
  /** Of the clock; none are played where nothing can put it. */
  readonly jumps: number;
}

function judge({ history }: Play, { stage }: OpenStage, { wanted, jumps }: Wanted): Verdict {
  const dump = stage.dump();
  const fired = firedOf(dump);
  const missed = dump.firings.filter(({ status }) => status === 'missed');
  const faults = countFaults(history.events);
  const times = fired.map(({ scheduled_at: at }) => Number(at));
  const jobs = new Set(dump.jobs.map(({ id }) => id));
  return {
    counts: {
      'clock jumps': jumps,
      fired: fired.length,
      missed: missed.reduce((sum, { count }) => sum + Number(count), 0),
      kills: (faults.get(KILL) ?? 0) + (faults.get(KILL_ALL) ?? 0),
    },
    problems: toProblems({
      'instant that fired twice': times.filter((at, i) => times.indexOf(at) !== i),
      'instant that nothing is known of': findGaps(dump.firings),
      'moment in which more than one was made up for': findCatchUps(fired),
      'firing without its job': fired.filter(({ job_id: id }) => !jobs.has(id)),
      'job that no firing knows':
        dump.jobs.length === fired.length ? [] : [dump.jobs.length - fired.length],
      'number of firings that is too low': fired.length >= wanted ? [] : [fired.length],
    }),
    isVoid:
      faults.has(KILL_ALL) && faults.has(KILL) ? undefined : 'no brain was killed, or never all',
  };
}

/** Between two rows that follow each other no instant may lie. */
function findGaps(firings: Dump['firings']): readonly string[] {
  const sorted = firings.toSorted((a, b) => Number(a['scheduled_at']) - Number(b['scheduled_at']));
  return sorted.flatMap((row, i) => {
    const next = sorted[i + 1];
    if (next === undefined) return [];
    const end = Number(row['last_at'] ?? row['scheduled_at']);
    const gap = Number(next['scheduled_at']) - end;
    return gap <= EVERY_MS ? [] : [`${gap} ms behind ${end}`];
  });
}

/** By the policy `once`, one transaction makes up with one firing at most. */
function findCatchUps(fired: Dump['firings']): readonly unknown[] {
  const byMoment = Map.groupBy(fired, ({ at }) => at);
  return [...byMoment.values()].filter((rows) => rows.length > 1).map((rows) => rows[0]?.['at']);
}

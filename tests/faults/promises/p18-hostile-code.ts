import { setTimeout as delay } from 'node:timers/promises';
import { SandboxEnvelope } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import {
  HOSTILE_ROWS,
  type HostileRow,
  timeoutOf,
} from '../../../services/worker/src/sandbox/hostile-testing.ts';
import { checkJobs, unfinishedJobs } from '../checkers/jobs.ts';
import { p95 } from '../checkers/latency.ts';
import type { Ask, FaultClient } from '../harness/client.ts';
import type { Dump } from '../harness/dump.ts';
import { readLeastRssMb } from '../harness/memory.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until, untilNone } from '../harness/until.ts';

/** Executions of one user that run side by side. */
const AT_ONCE = 2;
const JOBS = '/api/v1/jobs';
const MALLORY = 'mallory';
const NORMAL_CODE = 'return [1, 2, 3].map((n) => n * 14).at(-1)';
const NORMAL_VALUE = 42;
/** How long after its limit code may still be there. */
const GRACE_MS = 1_000;
const SLOWER = 2;
/** What a percentile of a few milliseconds is off by from one run to the next. */
const NOISE_MS = 10;
const RSS_MB = 20;
const SETTLE_MS = 5_000;
/** Collectors of garbage take their time. */
const REST_MS = 3_000;

/** Every row of the table of hostile code, two at a time, beside the code of people who mean no harm. */
export const p18: Scenario = {
  name: 'P18',
  promise:
    'Hostile code harms nobody else: it is stopped within its limit and a second, and other executions do not notice.',
  mutants: ['patient-sandbox'],
  async play(play) {
    const { open, count } = play;
    const opened = await open({ workers: 1, script: () => textReply('ok') });
    const { stage, client } = opened;
    const normals = count({ smoke: 20, normal: 60, full: 200 });
    const rounds = count({ smoke: 1, normal: 2, full: 10 });
    // A heap takes its size from what it had to do: some 2,500 executions until it stays as it is.
    await postNormals(client, 'first', count({ smoke: 20, normal: 500, full: 2_500 }));
    await postNormals(client, 'early', normals);
    await untilNone(() => unfinishedJobs(stage.unfinished()));
    const pid = stage.workers[0]?.pid ?? 0;
    const before = await readLeastRssMb(pid, SETTLE_MS);
    const rows = Array.from({ length: rounds }, () => HOSTILE_ROWS).flat();
    const attack = postHostile(client, rows);
    await Promise.all([attack, beside(attack, () => postNormals(client, 'late', normals))]);
    await untilNone(() => unfinishedJobs(stage.unfinished()));
    await delay(REST_MS);
    const after = await readLeastRssMb(pid, SETTLE_MS);
    return judge(play, opened, { rows, before, after });
  },
};

/** Again and again for as long as the attack lasts. */
async function beside(attack: Promise<void>, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  void attack.finally(() => {
    isOver = true;
  });
  do await work();
  while (!isOver);
}

async function postNormals(client: FaultClient, part: string, normals: number): Promise<void> {
  await forEach(normals, AT_ONCE, async (i) => {
    const request = `job normal ${part} ${i}`;
    const body = { type: 'code', code: NORMAL_CODE, timeout_ms: 5_000 };
    await askAndAwait(client, { request, user: `user-${part}-${i % AT_ONCE}`, path: JOBS, body });
  });
}

async function postHostile(client: FaultClient, rows: readonly HostileRow[]): Promise<void> {
  await forEach(rows.length, AT_ONCE, async (i) => {
    const row = rows[i];
    if (row === undefined) return;
    const body = { type: 'code', code: row.source, timeout_ms: timeoutOf(row) };
    await askAndAwait(client, { request: `job hostile ${i}`, user: MALLORY, path: JOBS, body });
  });
}

async function askAndAwait(client: FaultClient, ask: Ask): Promise<void> {
  const { body } = await client.ask(ask);
  const path = `${JOBS}/${body['id']}`;
  await until(async () => {
    const look = await client.ask({ request: 'look', user: ask.user, path });
    return look.body['finished_at'] !== null;
  }, 30_000);
}

/** A job as far as this promise is about it. */
interface Ended {
  readonly user: string;
  readonly code: string;
  readonly outcome: string;
  readonly tookMs: number;
  readonly ranMs: number;
  readonly value: unknown;
}

function readEnded({ jobs }: Dump): readonly Ended[] {
  return jobs.map((job) => {
    const envelope = SandboxEnvelope.safeParse(JSON.parse(String(job['result'] ?? 'null'))).data;
    return {
      user: String(job['user_id']),
      code: String(JSON.parse(String(job['body'])).code),
      outcome: String(job['error_code'] ?? job['status']),
      tookMs: Number(job['finished_at']) - Number(job['created_at']),
      ranMs: envelope?.duration_ms ?? Number.POSITIVE_INFINITY,
      value: envelope?.ok === true ? envelope.value : undefined,
    };
  });
}

interface Seen {
  readonly rows: readonly HostileRow[];
  readonly before: number;
  readonly after: number;
}

function judge({ history }: Play, { stage }: OpenStage, seen: Seen): Verdict {
  const dump = stage.dump();
  const ended = readEnded(dump);
  const hostile = ended.filter(({ user }) => user === MALLORY);
  const timesOf = (part: string): readonly number[] =>
    ended.filter(({ user }) => user.startsWith(`user-${part}`)).map(({ tookMs }) => tookMs);
  const [early, late] = [p95(timesOf('early')), p95(timesOf('late'))];
  return {
    counts: {
      hostile: hostile.length,
      normal: timesOf('late').length,
      'p95 of normal before ms': early,
      'p95 of normal beside ms': late,
      'MB before': Math.round(seen.before),
      'MB after': Math.round(seen.after),
    },
    problems: toProblems({
      ...checkJobs(history.events, dump),
      'hostile code that ended otherwise': hostile.filter(({ code, outcome }) => {
        const row = seen.rows.find(({ source }) => source === code);
        return row?.codes.some((known) => known === outcome) !== true;
      }),
      'hostile code that ended late': hostile.filter(({ code, ranMs }) => {
        const row = seen.rows.find(({ source }) => source === code);
        return row === undefined || ranMs > timeoutOf(row) + GRACE_MS;
      }),
      'normal code that noticed': ended.filter(
        ({ user, value }) => user !== MALLORY && value !== NORMAL_VALUE,
      ),
      'normal code that became slower': late <= SLOWER * early + NOISE_MS ? [] : [[early, late]],
      'worker that was restarted': stage.workers.filter(({ restarts }) => restarts > 0),
      'memory that did not come back': seen.after - seen.before <= RSS_MB ? [] : [seen],
    }),
  };
}

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupView } from '@bakerst/contracts';
import { type ScriptFunction, textReply } from '@bakerst/offline-model';
import { runScript } from '../../support/run-script.ts';
import { acceptedJobs, jobsNot, unfinishedJobs } from '../checkers/jobs.ts';
import { acceptedRuns, unfinishedRuns } from '../checkers/runs.ts';
import type { Ask } from '../harness/client.ts';
import { type Dump, readDump } from '../harness/dump.ts';
import type { HistoryEvent } from '../harness/history.ts';
import { askSteadily } from '../harness/load.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { SUPER_TOKEN } from '../harness/stage.ts';
import { until } from '../harness/until.ts';

const USERS = 50;
/** Of the writes one in so many is a message; the others are jobs, for which there is no worker before the restore. */
const CHAT_EVERY = 10;
/** Of the messages one in so many is in the middle of its answer for ever. */
const HELD_EVERY = 5;
const HELD = 'held';
/** Whoever waits for an answer that never comes is no load. */
const PATIENCE_MS = 2_000;
/** Time for what must not be executed to be executed. */
const GRACE_MS = 3_000;

/** Backups are taken while everything is written to; each is brought back into a system of its own. */
export const p20: Scenario = {
  name: 'P20',
  promise:
    'A backup taken while the system works restores whole, with everything from before it; what it holds unfinished is not executed again.',
  mutants: ['restored-goes-on'],
  async play(play) {
    const taken = await takeAll(play);
    const restored: Restored[] = [];
    for (const [i, backup] of taken.entries()) {
      play.say(`restoring ${i + 1} of ${taken.length}`);
      restored.push(await restore(play, backup, `restored-${i + 1}`));
    }
    return judge(restored);
  },
};

interface Taken {
  readonly path: string;
  /** What had been acknowledged when it was asked for. */
  readonly before: readonly HistoryEvent[];
}

async function takeAll({ open, count, history }: Play): Promise<readonly Taken[]> {
  const perSecond = count({ smoke: 20, normal: 50, full: 100 });
  await using opened = await open({ workers: 0, script: answer });
  const load = askSteadily(opened.client, perSecond, toAsk);
  const taken: Taken[] = [];
  for (let i = count({ smoke: 1, normal: 3, full: 5 }); i > 0; i--) {
    await until(() => load.asked() >= perSecond * 3 * (taken.length + 1), 60_000);
    const before = [...history.events];
    taken.push({ path: await take(opened), before });
  }
  await load.end();
  return taken;
}

const answer: ScriptFunction = ({ messages }) =>
  JSON.stringify(messages).includes(HELD) ? { kind: 'hang' } : textReply('noted');

function toAsk(i: number): Ask {
  const chat = Math.floor(i / CHAT_EVERY);
  if (i % CHAT_EVERY !== 0) {
    const body = { type: 'code', code: `return ${i}` };
    return { request: `job ${i}`, user: `user-${i % USERS}`, path: '/api/v1/jobs', body };
  }
  const body = { message: chat % HELD_EVERY === 0 ? `${HELD} ${i}` : `message ${i}` };
  const ask = { request: `chat ${i}`, user: `talker-${i}`, path: '/api/v1/chat', body };
  return { ...ask, timeoutMs: PATIENCE_MS };
}

async function take({ stage }: OpenStage): Promise<string> {
  const response = await fetch(`${stage.urlOf(0)}/api/v1/admin/backups`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SUPER_TOKEN}` },
  });
  if (response.status !== 201) throw new Error(`no backup: ${await response.text()}`);
  const { id } = BackupView.parse(await response.json());
  return join(stage.databaseFile, '../backups', id);
}

interface Restored {
  /** What the command said, when it refused. */
  readonly refusal: string | undefined;
  readonly before: readonly HistoryEvent[];
  /** As it came out of the backup, and as it was when the system had worked on it. */
  readonly first: Dump;
  readonly last: Dump;
  readonly isAnswered: boolean;
  /** What the model was asked besides the one new message. */
  readonly asked: readonly string[];
}

async function restore(
  { open, dir }: Play,
  { path, before }: Taken,
  name: string,
): Promise<Restored> {
  const dataDir = join(dir, name);
  const { code, output } = await runScript('restore', [path], { BAKERST_DATA_DIR: dataDir });
  const first = readDump(join(dataDir, 'bakerst.db'));
  const storeDir = join(dir, `${name}-nats`);
  const place = { dataDir, storeDir, workers: 1, script: () => textReply('noted') };
  await using opened = await open(place);
  const { stage, client } = opened;
  const isAnswered = Number.isFinite(await client.timeUntilAnswered(30_000));
  await delay(GRACE_MS);
  const bodies = stage.model.requests.map(({ rawBody }) => rawBody);
  return {
    refusal: code === 0 ? undefined : output,
    before,
    first,
    last: stage.dump(),
    isAnswered,
    asked: bodies.filter((body) => !body.includes('probe ')),
  };
}

function judge(all: readonly Restored[]): Verdict {
  const unfinished = all.map(({ first }) => [...unfinishedRuns(first), ...unfinishedJobs(first)]);
  return {
    counts: {
      backups: all.length,
      'acknowledged before': sum(all.map(({ before }) => [...acknowledged(before)])),
      missing: sum(all.map(missing)),
      'unfinished and ended': sum(unfinished),
      'asked again': sum(all.map(({ asked }) => asked)),
    },
    problems: toProblems({
      'backup that was refused': all.flatMap(({ refusal }) => refusal ?? []),
      'database that is damaged': all
        .flatMap(({ first, last }) => [first.integrity, last.integrity])
        .filter((integrity) => integrity !== 'ok'),
      'acknowledged before the backup and not in it': all.flatMap(missing),
      'run that was not halted by the restore': all.flatMap(notHalted),
      'job that was executed after the restore': all.flatMap(({ last }) =>
        jobsNot('interrupted', last),
      ),
      'question to the model that was asked again': all.flatMap(({ asked }) => asked),
      'new message without an answer': all.filter(({ isAnswered }) => !isAnswered),
    }),
    isVoid: unfinished.some((found) => found.length === 0)
      ? 'a backup held nothing unfinished'
      : undefined,
  };
}

function sum(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((total, { length }) => total + length, 0);
}

function acknowledged(before: readonly HistoryEvent[]): ReadonlySet<string> {
  return new Set([...acceptedRuns(before), ...acceptedJobs(before)]);
}

function missing({ before, first }: Restored): readonly string[] {
  const there = new Set([...first.runs, ...first.jobs].map(({ id }) => id));
  return [...acknowledged(before)].filter((id) => !there.has(id));
}

function notHalted({ first, last }: Restored): readonly unknown[] {
  const open = new Set(unfinishedRuns(first));
  return last.runs
    .filter(({ id, notice_code }) => open.has(id) && notice_code !== 'RESTORED')
    .map(({ id, status }) => `${id} ${status}`);
}

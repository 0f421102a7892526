import { setTimeout } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { busyCode } from '../../support/busy-code.ts';
import { acceptedJobs, checkJobs, jobsNot, lostJobs, unfinishedJobs } from '../checkers/jobs.ts';
import { checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import { flipByte } from '../harness/disk.ts';
import { countFaults, logLines } from '../harness/history.ts';
import { JOB_USERS } from '../harness/job-users.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until } from '../harness/until.ts';
import { type FenceWatch, watchFences } from '../harness/watch-fences.ts';

const WIPE = 'store of nats-server gone';
const FLIP = 'byte flipped in a stream';
const CHATS = 10;
/** What the model takes for an answer. */
const MODEL_MS = 1_000;
/** How long it holds answers back for the loss in whose middle they are to be. */
const PATIENCE_MS = 10_000;
/** As after any other absence of NATS (P12), and the answer itself. */
const BACK_MS = 5_000 + MODEL_MS;

/** With jobs and messages in flight the whole store of NATS goes, or one byte of it changes while it is down. */
export const p13: Scenario = {
  name: 'P13',
  promise: 'Even the loss of the whole NATS data directory loses no job and no message.',
  mutants: ['no-outbox'],
  async play(play) {
    const { open, random, count } = play;
    let struck = Promise.withResolvers<void>();
    const opened = await open({
      workers: 2,
      async script({ messages }) {
        if (JSON.stringify(messages.at(-1)).includes('chat '))
          await Promise.race([struck.promise, setTimeout(PATIENCE_MS)]);
        return textReply('ok');
      },
      pace: { firstByteMs: MODEL_MS, deltaMs: 0 },
    });
    const { nats, databaseFile } = opened.stage;
    using fences = watchFences(databaseFile);
    const losses: Loss[] = [];
    const loseIn = async (name: string, strike: () => Promise<void>): Promise<void> => {
      await sendJobs(play, opened, name);
      struck = Promise.withResolvers();
      const loss = await lose(opened, name, () => {
        struck.resolve();
        return strike();
      });
      losses.push(loss);
    };
    const damage = () => nats.damage(FLIP, (dir) => flipByte(dir, '.blk', random));
    for (let i = count({ smoke: 1, normal: 3, full: 10 }); i > 0; i--) {
      await loseIn(`wipe-${i}`, () => nats.wipe(WIPE));
      await loseIn(`flip-${i}`, damage);
    }
    return judge(play, opened, { losses, fences });
  },
};

async function sendJobs({ count }: Play, { client }: OpenStage, name: string): Promise<void> {
  await forEach(count({ smoke: 40, normal: 150, full: 500 }), 16, async (i) => {
    const request = `job ${name}.${i}`;
    const code = `${busyCode(30)} return ${i}`;
    const body = { type: 'code', code };
    const user = `user-${i % JOB_USERS}`;
    await client.insist({ request, user, path: '/api/v1/jobs', body, key: request });
  });
}

interface Loss {
  /** Runs that were on when it happened. */
  readonly inFlight: number;
  /** From NATS's return until a message was answered. */
  readonly backMs: number;
  /** Messages that were in flight and got no answer. */
  readonly unanswered: readonly string[];
  /** Of the locks, afterwards. */
  readonly incarnation: number;
}

/** The store goes while messages are being answered; returns when these and all jobs have come to their end. */
async function lose(
  { stage, client }: OpenStage,
  name: string,
  strike: () => Promise<void>,
): Promise<Loss> {
  const chats = Array.from({ length: CHATS }, async (_, i) => {
    const request = `chat ${name}.${i}`;
    const body = { message: request, on_busy: 'queue' };
    const chat = { request, user: `talker-${i}`, path: '/api/v1/chat', body, key: request };
    const { status, body: told } = await client.insist(chat);
    return { request, status, runId: told['run_id'] };
  });
  const countRunning = () => unfinishedRuns(stage.unfinished()).length;
  await until(() => countRunning() === CHATS, PATIENCE_MS);
  const inFlight = countRunning();
  await strike();
  const backMs = await client.timeUntilAnswered(30_000);
  const told = await Promise.all(chats);
  const isAtRest = () => {
    const unfinished = stage.unfinished();
    return unfinishedJobs(unfinished).length + unfinishedRuns(unfinished).length === 0;
  };
  await until(isAtRest, 120_000);
  const { runs, meta } = stage.dump();
  const completed = new Set(
    runs.filter((run) => run['status'] === 'completed').map(({ id }) => id),
  );
  return {
    inFlight,
    backMs,
    unanswered: told
      .filter(({ runId }) => !completed.has(String(runId)))
      .map(({ request, status }) => `${request} ${status}`),
    incarnation: Number(meta.get('locks_incarnation')),
  };
}

interface Played {
  readonly losses: readonly Loss[];
  readonly fences: FenceWatch;
}

function judge({ history }: Play, { stage }: OpenStage, { losses, fences }: Played): Verdict {
  const { events } = history;
  const dump = stage.dump();
  const told = logLines(events, '"jetstream_lost"').length;
  const faults = countFaults(events);
  const wipes = faults.get(WIPE) ?? 0;
  // A flipped byte may cost a stream too; more than one word for each loss would be noise.
  const most = wipes + (faults.get(FLIP) ?? 0);
  return {
    counts: {
      acknowledged: acceptedJobs(events).size,
      lost: lostJobs(events, dump).length,
      'stores lost': wipes,
      'bytes flipped': faults.get(FLIP) ?? 0,
      'losses told': told,
      'messages in flight': losses.reduce((sum, { inFlight }) => sum + inFlight, 0),
      'locks in a later incarnation': fences.renewed(),
      'slowest return ms': Math.round(Math.max(...losses.map(({ backMs }) => backMs))),
    },
    problems: toProblems({
      ...checkRuns(events, dump),
      ...checkJobs(events, dump),
      'job without its result': jobsNot('completed', dump),
      'message in flight without an answer': losses.flatMap(({ unanswered }) => unanswered),
      'return later than 5 s and an answer': losses
        .map(({ backMs }) => backMs)
        .filter((ms) => ms > BACK_MS),
      'incarnation of the locks that fell': losses
        .map(({ incarnation }) => incarnation)
        .filter((value, i, all) => value < (all[i - 1] ?? 0)),
      'fencing token that fell': fences.fallen,
      'loss that was told another number of times than once':
        told >= wipes && told <= most ? [] : [told],
    }),
    isVoid: whyVoid({ losses, fences }),
  };
}

function whyVoid({ losses, fences }: Played): string | undefined {
  if (losses.some(({ inFlight }) => inFlight === 0)) return 'no message was in flight at a loss';
  return fences.renewed() === 0 ? 'no lock was taken again after a loss' : undefined;
}

import { setTimeout as delay } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { checkJobs, unfinishedJobs } from '../checkers/jobs.ts';
import { checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import type { Ask } from '../harness/client.ts';
import { type Answered, answersOf, countFaults } from '../harness/history.ts';
import { JOB_USERS } from '../harness/job-users.ts';
import { askSteadily } from '../harness/load.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import type { Stage } from '../harness/stage.ts';
import { until } from '../harness/until.ts';

const PER_SECOND = 5;
const PATIENCE_MS = 2_000;
const BACK_MS = 5_000;
/** Six minutes of jobs have piled up by then, and there is one worker. */
const BACKLOG_MS = 120_000;

/** Ways in which NATS is away for a time. */
const OUTAGES: Readonly<Record<string, (stage: Stage, ms: number) => Promise<void>>> = {
  killed: ({ nats }, ms) => nats.restart('SIGKILL nats-server', ms),
  frozen: ({ nats }, ms) => nats.freeze('SIGSTOP nats-server', ms),
  unplugged: async ({ cable }, ms) => {
    cable.set('drop');
    await delay(ms);
    cable.set('pass');
  },
};

/** Five requests a second, of three kinds, while NATS is away for longer and longer. */
export const p12: Scenario = {
  name: 'P12',
  promise:
    'NATS may vanish for any time: the API answers within 2 s, nothing is lost, and all is back within 5 s of its return, without a restart.',
  mutants: ['no-outbox'],
  async play(play) {
    const { open, count, history, say } = play;
    const opened = await open({ workers: 1, script: () => textReply('ok') });
    const { stage, client } = opened;
    const longest = count({ smoke: 3_000, normal: 10_000, full: 120_000 });
    const load = askSteadily(client, PER_SECOND, toAsk);
    const backAfter: number[] = [];
    for (const ms of [3_000, 5_000, 10_000, 30_000, 120_000].filter((ms) => ms <= longest))
      for (const [kind, outage] of Object.entries(OUTAGES)) {
        say(`NATS ${kind} for ${ms / 1_000} s`);
        await delay(1_000);
        history.add({ type: 'fault', at: Date.now(), fault: 'outage', target: `${kind} ${ms}` });
        await outage(stage, ms);
        backAfter.push(await client.timeUntilAnswered(30_000));
      }
    await load.end();
    await until(() => {
      const dump = stage.dump();
      return unfinishedRuns(dump).length + unfinishedJobs(dump).length === 0;
    }, BACKLOG_MS);
    return judge(play, opened, backAfter);
  },
};

function toAsk(i: number): Ask {
  const user = `user-${i}`;
  const path = '/api/v1/chat';
  switch (i % 3) {
    case 0:
      return { request: `chat ${i}`, user, path, body: { message: `wait ${i}`, on_busy: 'queue' } };
    case 1:
      return { request: `reject ${i}`, user, path, body: { message: `now ${i}` } };
    default: {
      const body = { type: 'code', code: `return ${i}` };
      const jobUser = `user-job-${i % JOB_USERS}`;
      return { request: `job ${i}`, user: jobUser, path: '/api/v1/jobs', body };
    }
  }
}

function judge({ history }: Play, { stage }: OpenStage, backAfter: readonly number[]): Verdict {
  const dump = stage.dump();
  const answers = answersOf(history.events);
  const { slow, wrong } = sortOut(answers);
  const members = [...stage.brains, ...stage.workers];
  return {
    counts: {
      requests: answers.length,
      refused: answers.filter(({ status }) => status === 503).length,
      outages: countFaults(history.events).get('outage') ?? 0,
      'slowest return ms': Math.round(Math.max(...backAfter)),
    },
    problems: toProblems({
      ...checkRuns(history.events, dump),
      ...checkJobs(history.events, dump),
      'answer later than 2 s': slow,
      'answer that is neither 2xx nor 503 with Retry-After': wrong,
      'return later than 5 s': backAfter.filter((ms) => ms > BACK_MS),
      'process that was restarted': members.filter(({ restarts }) => restarts > 0),
    }),
    isVoid: answers.some(({ status }) => status === 503) ? undefined : 'nobody noticed',
  };
}

function sortOut(answers: readonly Answered[]) {
  const slow = answers
    .filter(({ at, askedAt }) => at - askedAt > PATIENCE_MS + 100)
    .filter(({ request }) => request !== 'probe')
    .map(({ request, at, askedAt }) => `${request} ${at - askedAt} ms`);
  const wrong = answers
    .filter(({ status }) => status !== 200 && status !== 202)
    .filter(({ status, retryAfter }) => status !== 503 || retryAfter === undefined)
    .map(({ request, status, body }) => `${request} ${status} ${JSON.stringify(body)}`);
  return { slow, wrong };
}

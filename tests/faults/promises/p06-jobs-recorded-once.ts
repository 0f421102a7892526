import { createServer } from 'node:http';
import { countMessages } from '@bakerst/bus/testing';
import { Streams } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import {
  acceptedJobs,
  checkJobs,
  type Execution,
  jobsNot,
  lostJobs,
  repeatedExecutions,
  unfinishedJobs,
} from '../checkers/jobs.ts';
import { AIM_NAMES, type Aim, type Aiming, aim } from '../harness/aim.ts';
import type { Dump } from '../harness/dump.ts';
import { countFaults } from '../harness/history.ts';
import { JOB_USERS } from '../harness/job-users.ts';
import { close, listen } from '../harness/listen.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until, untilNone } from '../harness/until.ts';
import { watchExecutions } from '../harness/watch-executions.ts';

/** Slots of a worker: what it may have in hand when it is killed. */
const PREFETCH = 4;
/** Code is slower than a request: each user's runs in a process of its own. */
const CODE_ONE_IN = 10;

/** Workers and brains are killed at the four moments at which something could be lost or done twice. */
export const p06: Scenario = {
  name: 'P6',
  promise: 'An accepted job is executed at least once and its result is recorded exactly once.',
  mutants: ['constant-message-id'],
  async play(play) {
    const { open, random, count } = play;
    await using echo = await openEcho();
    const env = { HTTP_ALLOW_HOSTS: echo.host };
    const plan = {
      brains: 2,
      workers: 4,
      script: () => textReply('ok'),
      brainEnv: env,
      workerEnv: env,
    };
    const opened = await open(plan);
    const { stage, client } = opened;
    const total = count({ smoke: 200, normal: 600, full: 2_000 });
    const kills = count({ smoke: 5, normal: 15, full: 50 });
    await using watch = await watchExecutions(stage);
    await using ends = new AsyncDisposableStack();
    const aims = new Map<Aim, Aiming>();
    for (const name of AIM_NAMES) {
      const options = { random, kills, oneIn: Math.max(1, total / kills / 2) };
      aims.set(name, ends.use(await aim(stage, name, options)));
    }
    await forEach(total, 16, async (i) => {
      const request = `job ${i}`;
      const user = `user-${i % JOB_USERS}`;
      const isCode = i % CODE_ONE_IN === 0;
      const body = isCode
        ? { type: 'code', code: `return "job ${i}"` }
        : { type: 'http', url: `http://${echo.host}/job%20${i}` };
      await client.insist({ request, user, path: '/api/v1/jobs', body, key: request });
    });
    await untilNone(() => unfinishedJobs(stage.unfinished()));
    return await judge(play, opened, { aims, total, executions: watch.executions });
  },
};

interface Played {
  readonly aims: ReadonlyMap<Aim, Aiming>;
  readonly total: number;
  readonly executions: readonly Execution[];
}

async function judge(play: Play, { stage }: OpenStage, played: Played): Promise<Verdict> {
  const { events } = play.history;
  const { aims, total, executions } = played;
  const left = await untilEmpty(stage.nats.url);
  const dump = stage.dump();
  const kills = [...countFaults(events).values()].reduce((sum, n) => sum + n, 0);
  const again = repeatedExecutions(executions);
  return {
    counts: {
      acknowledged: acceptedJobs(events).size,
      lost: lostJobs(events, dump).length,
      're-executed': again.length,
      ...Object.fromEntries([...aims].map(([name, aiming]) => [`kills ${name}`, aiming.kills()])),
    },
    problems: toProblems({
      ...checkJobs(events, dump),
      'job stored twice': dump.jobs.length === total ? [] : [dump.jobs.length],
      'job without its result': jobsNot('completed', dump),
      'result of another job': resultsOfOthers(dump),
      'message left in the work queue': left === 0 ? [] : [left],
      'executions beyond kills × prefetch': again.length <= kills * PREFETCH ? [] : again,
    }),
    isVoid: [...aims.values()].some((aiming) => aiming.kills() === 0)
      ? 'an aim never hit'
      : undefined,
  };
}

function resultsOfOthers({ jobs }: Dump): readonly unknown[] {
  return jobs
    .filter(({ body, result }) => {
      const number = /job(?: |%20)\d+/.exec(String(body))?.[0]?.replace('%20', ' ');
      return number === undefined || !String(result).includes(`"${number}"`);
    })
    .map(({ id }) => id);
}

/** A server that answers with the path that was asked for. */
async function openEcho(): Promise<AsyncDisposable & { readonly host: string }> {
  const server = createServer((request, response) =>
    response.end(decodeURIComponent(request.url ?? '').slice(1)),
  );
  const port = await listen(server);
  return { host: `127.0.0.1:${port}`, [Symbol.asyncDispose]: () => close(server) };
}

/** An acknowledgement that got lost is made up for by the next delivery. */
async function untilEmpty(url: string): Promise<number> {
  let left = 0;
  await until(async () => {
    left = await countMessages(url, Streams.jobs);
    return left === 0;
  }, 20_000);
  return left;
}

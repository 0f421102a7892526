import { createServer } from 'node:http';
import { countMessages } from '@bakerst/bus/testing';
import { Streams } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import { findFreePort } from '../../../scripts/local/local-port.ts';
import { busyCode } from '../../support/busy-code.ts';
import {
  checkJobs,
  executionsOtherThan,
  jobsNot,
  type Told,
  unfinishedJobs,
} from '../checkers/jobs.ts';
import type { Dump } from '../harness/dump.ts';
import { countFaults } from '../harness/history.ts';
import { JOB_USERS } from '../harness/job-users.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until, untilNone } from '../harness/until.ts';
import { watchExecutions } from '../harness/watch-executions.ts';

/** One user's two places are not to hold up all that must fail. */
const OTHER_USERS = 20;
const POISON = 'SIGKILL worker by poison';
const REDRIVEN = 10;
const MAX_FAILURES = 3;
const MAX_LOSSES = 5;
const LEFT_MS = 20_000;

/**
 * Jobs that nobody can answer, and jobs whose worker dies whenever it begins one, among good ones. First the ones, then
 * the others: a job that fails could lose a worker to its neighbour, and its attempts would be counted in two ways.
 */
export const p09: Scenario = {
  name: 'P9',
  promise:
    'A poison job stops after 3 failed attempts or 5 lost workers, lands in the list of dead jobs with its reason, can be redriven, and never blocks others.',
  mutants: ['first-failure-uncounted', 'first-loss-uncounted'],
  async play(play) {
    const port = await findFreePort();
    const env = { HTTP_ALLOW_HOSTS: `127.0.0.1:${port}` };
    const plan = { workers: 4, script: () => textReply('ok'), brainEnv: env, workerEnv: env };
    const opened = await play.open(plan);
    const { stage } = opened;
    const wanted = {
      good: play.count({ smoke: 60, normal: 190, full: 950 }),
      failing: play.count({ smoke: 3, normal: 5, full: 25 }),
      deadly: play.count({ smoke: 1, normal: 3, full: 25 }),
    };
    const poison = new Set<string>();
    const killed = new Set<string>();
    await using watch = await watchExecutions(stage, ({ jobId, workerId }) => {
      if (!poison.has(jobId) || killed.size === killed.add(workerId).size) return;
      void killWorker(play, opened, workerId);
    });
    await postAll(opened, { ...wanted, port, poison });
    await untilNone(() => unfinishedJobs(stage.unfinished()));
    const dump = stage.dump();
    const told = { executions: [...watch.executions], asks: [...watch.asks] };
    const redriven = await redriveAll(opened, port, dump);
    return await judge(play, opened, {
      ...wanted,
      dump,
      redriven,
      told,
    });
  },
};

interface Wanted {
  readonly good: number;
  readonly failing: number;
  readonly deadly: number;
}

async function postAll(
  { client, stage }: OpenStage,
  { good, failing, deadly, port, poison }: Wanted & { port: number; poison: Set<string> },
): Promise<void> {
  const post = async (request: string, body: object): Promise<string> => {
    const [, kind, number] = request.split(' ');
    const user = `user-${kind}-${Number(number) % (kind === 'good' ? JOB_USERS : OTHER_USERS)}`;
    const told = await client.insist({ request, user, path: '/api/v1/jobs', body, key: request });
    return String(told.body['id']);
  };
  const code = `${busyCode(2_000)} return 1`;
  await forEach(failing, failing, async (i) => {
    await post(`job failing ${i}`, { type: 'http', url: `http://127.0.0.1:${port}/` });
  });
  const half = Math.floor(good / 2);
  const postGood = (i: number) => post(`job good ${i}`, { type: 'code', code: `return ${i}` });
  await forEach(half, 12, async (i) => void (await postGood(i)));
  await until(() => deadOf(stage.dump(), 'NOT_REACHED').length >= failing, 60_000);
  await forEach(deadly, deadly, async (i) => {
    poison.add(await post(`job deadly ${i}`, { type: 'code', code }));
  });
  await forEach(good - half, 12, async (i) => void (await postGood(half + i)));
}

function deadOf({ jobs }: Dump, reason: string): Dump['jobs'] {
  return jobs.filter(({ status, error_code }) => status === 'dead' && error_code === reason);
}

/** The host is there now: some of the jobs that failed for want of it are sent again. Gives their ids. */
async function redriveAll(
  { stage, client }: OpenStage,
  port: number,
  { jobs }: Dump,
): Promise<ReadonlySet<unknown>> {
  const server = createServer((_request, response) => response.end('up again'));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const dead = jobs.filter(({ error_code }) => error_code === 'NOT_REACHED').slice(0, REDRIVEN);
  for (const { id, user_id } of dead) {
    const path = `/api/v1/jobs/${id}/redrive?user_id=${user_id}`;
    await client.ask({ request: `redrive ${id}`, user: String(user_id), path, body: {} });
  }
  await untilNone(() => unfinishedJobs(stage.unfinished()));
  server.close();
  return new Set(dead.map(({ id }) => id));
}

interface Played extends Wanted {
  readonly dump: Dump;
  readonly redriven: ReadonlySet<unknown>;
  /** Of all attempts before that. */
  readonly told: Told;
}

async function judge(
  { history: { events } }: Play,
  { stage }: OpenStage,
  { good, failing, deadly, dump, redriven, told }: Played,
): Promise<Verdict> {
  const after = stage.dump();
  const failed = deadOf(dump, 'NOT_REACHED');
  const lost = deadOf(dump, 'WORKER_LOST');
  // What a worker had ended and could not take out of the queue any more comes once more, and goes then.
  const countLeft = () => countMessages(stage.nats.url, Streams.jobs);
  await until(async () => (await countLeft()) === 0, LEFT_MS);
  const left = await countLeft();
  const goodJobs = dump.jobs.filter(({ body }) => /"return \d+"/.test(String(body)));
  const redrivenJobs = after.jobs.filter(({ id }) => redriven.has(id));
  return {
    counts: {
      good: goodJobs.length,
      'dead by failures': failed.length,
      'dead by lost workers': lost.length,
      redriven: redriven.size,
      'workers lost': countFaults(events).get(POISON) ?? 0,
    },
    problems: toProblems({
      ...checkJobs(events, after),
      'good job without its result': jobsNot('completed', { ...dump, jobs: goodJobs }),
      'number of good jobs that differs': goodJobs.length === good ? [] : [goodJobs.length],
      'number of dead jobs that failed that differs':
        failed.length === failing ? [] : [failed.length],
      'number of dead jobs that lost workers that differs':
        lost.length === deadly ? [] : [lost.length],
      'job that was not given up after exactly 3 failed attempts': executionsOtherThan(
        MAX_FAILURES,
        failed,
        told,
      ),
      'job that was not given up after exactly 5 lost workers': executionsOtherThan(
        MAX_LOSSES,
        lost,
        told,
      ),
      'redriven job without its result': jobsNot('completed', { ...after, jobs: redrivenJobs }),
      'message left in the work queue': left === 0 ? [] : [left],
    }),
    isVoid: countFaults(events).has(POISON) ? undefined : 'no worker was lost',
  };
}

/** Kills the worker that has this id, as its log says; it may have begun before the log has arrived. */
async function killWorker({ history }: Play, { stage }: OpenStage, id: string): Promise<void> {
  await until(() => {
    const ready = history.events
      .filter((event) => event.type === 'log')
      .find(({ line }) => line.includes('"worker ready"') && line.includes(id));
    stage.workers.find(({ name }) => name === ready?.service)?.kill(POISON);
    return ready !== undefined;
  }, 1_000);
}

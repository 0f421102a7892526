import { textReply } from '@bakerst/offline-model';
import { checkJobs, jobsNot, repeatedExecutions, unfinishedJobs } from '../checkers/jobs.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { forEach, until } from '../harness/until.ts';
import { watchExecutions } from '../harness/watch-executions.ts';

/** Jobs that last five times as long as a silent worker may keep one; every fifth keeps a processor busy. */
export const p08: Scenario = {
  name: 'P8',
  promise: 'A long job is not started twice while its worker is alive.',
  mutants: ['no-sign-of-life'],
  async play({ open, count, history }) {
    const { stage, client } = await open({ workers: 2, script: () => textReply('ok') });
    const total = count({ smoke: 10, normal: 20, full: 50 });
    await using watch = await watchExecutions(stage);
    const busy = 'const until = Date.now() + 5000; while (Date.now() < until); return 1';
    const idle = 'await new Promise(() => {});';
    await forEach(total, total, async (i) => {
      const isBusy = i % 5 === 0;
      const body = {
        type: 'code',
        code: isBusy ? busy : idle,
        timeout_ms: isBusy ? 30_000 : 5_000,
      };
      const request = `job ${i}`;
      await client.insist({ request, user: `user-${i}`, path: '/api/v1/jobs', body, key: request });
    });
    await until(() => unfinishedJobs(stage.dump()).length === 0, 180_000);
    const dump = stage.dump();
    const again = repeatedExecutions(watch.executions);
    return {
      counts: { jobs: total, executions: watch.executions.length, 're-executed': again.length },
      problems: toProblems({
        'job that was started twice': again,
        'job with another attempt than the first': dump.jobs
          .filter(({ attempt }) => attempt !== 1)
          .map(({ id }) => id),
        ...checkJobs(history.events, dump),
        'busy job without its result': jobsNot('completed', {
          ...dump,
          jobs: dump.jobs.filter(({ body }) => String(body).includes('until')),
        }),
      }),
    };
  },
};

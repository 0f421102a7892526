import { textReply } from '@bakerst/offline-model';
import { busyCode } from '../../support/busy-code.ts';
import { checkJobs, jobsNot, repeatedExecutions, unfinishedJobs } from '../checkers/jobs.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { openSlowServer } from '../harness/silent-server.ts';
import { forEach, untilNone } from '../harness/until.ts';
import { watchExecutions } from '../harness/watch-executions.ts';

const LONG_MS = 5_000;

/** Jobs that last five times as long as a silent worker may keep one; every fifth keeps a processor busy. */
export const p08: Scenario = {
  name: 'P8',
  promise: 'A long job is not started twice while its worker is alive.',
  mutants: ['no-sign-of-life'],
  async play({ open, count, history }) {
    await using slow = await openSlowServer(LONG_MS);
    const env = { HTTP_ALLOW_HOSTS: slow.host };
    const { stage, client } = await open({
      workers: 2,
      script: () => textReply('ok'),
      brainEnv: env,
      workerEnv: env,
    });
    const total = count({ smoke: 5, normal: 20, full: 50 });
    await using watch = await watchExecutions(stage);
    const busy = { type: 'code', code: `${busyCode(LONG_MS)} return 1` };
    const idle = { type: 'http', url: `http://${slow.host}/` };
    await forEach(total, total, async (i) => {
      const body = i % 5 === 0 ? busy : idle;
      const request = `job ${i}`;
      await client.insist({ request, user: `user-${i}`, path: '/api/v1/jobs', body, key: request });
    });
    await untilNone(() => unfinishedJobs(stage.unfinished()));
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
        'job without its result': jobsNot('completed', dump),
      }),
    };
  },
};

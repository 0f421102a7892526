import { setTimeout as delay } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { busyCode } from '../../support/busy-code.ts';
import { acceptedJobs, checkJobs, jobsNot, unfinishedJobs } from '../checkers/jobs.ts';
import { countFaults, logLines } from '../harness/history.ts';
import { unleash } from '../harness/nemesis.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import type { Stage } from '../harness/stage.ts';
import { forEach, untilNone } from '../harness/until.ts';

const PAUSE = 'SIGSTOP worker';
const ACK_WAIT_MS = 1_000;
const LOOK_MS = 100;

/** Workers are paused for twice the time after which their jobs go to others, and come back with results of their own. */
export const p07: Scenario = {
  name: 'P7',
  promise: 'A worker that hangs is replaced; its late result is ignored.',
  mutants: ['late-results-count'],
  async play({ open, history, random, count }) {
    const { stage, client } = await open({ workers: 3, script: () => textReply('ok') });
    const pausing = unleash(count({ smoke: 2, normal: 8, full: 50 }), () =>
      random.pick(stage.workers).pause(PAUSE, 2 * ACK_WAIT_MS),
    );
    using results = watchResults(stage);
    const code = `${busyCode(150)} return 1`;
    await forEach(count({ smoke: 40, normal: 120, full: 200 }), 12, async (i) => {
      const request = `job ${i}`;
      const user = `user-${i % 12}`;
      const body = { type: 'code', code };
      await client.insist({ request, user, path: '/api/v1/jobs', body, key: request });
      await delay(100);
    });
    await untilNone(() => unfinishedJobs(stage.unfinished()));
    await pausing.end();
    await delay(1_500);
    results.look();
    const dump = stage.dump();
    const late = logLines(history.events, '"late_result"').length;
    return {
      counts: {
        acknowledged: acceptedJobs(history.events).size,
        pauses: countFaults(history.events).get(PAUSE) ?? 0,
        'late results': late,
        'results that changed': results.changed.length,
      },
      problems: toProblems({
        ...checkJobs(history.events, dump),
        'job without its result': jobsNot('completed', dump),
        'result that changed after it was recorded': results.changed,
      }),
      isVoid: late === 0 ? 'no late result came' : undefined,
    };
  },
};

interface ResultWatch extends Disposable {
  readonly changed: readonly unknown[];
  look(): void;
}

/** Compares what is recorded with what was recorded before; each result is random, so that none is like another. */
function watchResults(stage: Stage): ResultWatch {
  const recorded = new Map<unknown, string>();
  const changed: unknown[] = [];
  const look = (): void => {
    for (const { id, status, result } of stage.dump().jobs) {
      const before = recorded.get(id);
      const value = `${status} ${result}`;
      if (before !== undefined && before !== value) changed.push(id);
      if (status === 'completed' || before !== undefined) recorded.set(id, value);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return { changed, look, [Symbol.dispose]: () => clearInterval(timer) };
}

import { textReply } from '@bakerst/offline-model';
import { latencies, p99 } from '../checkers/latency.ts';
import { type Answered, answersOf } from '../harness/history.ts';
import { type Play, type Scenario, toProblems, type Verdict } from '../harness/scenario.ts';
import type { Stage } from '../harness/stage.ts';
import { forEach } from '../harness/until.ts';

const REFUSAL_MS = 100;
/** Few enough that brains, model and the sender of all this do not wait for each other on two cores. */
const PAIRS_AT_ONCE = 5;

/** Two requests of one user at the same moment, to two brains, while the model takes its time. */
export const p04: Scenario = {
  name: 'P4',
  promise:
    'A second simultaneous request of a user gets 429 CONCURRENT_REQUEST_REJECTED with Retry-After at once; it never waits and never runs.',
  mutants: ['busy-waits'],
  async play(play) {
    const { stage, client } = await play.open({
      brains: 2,
      workers: 0,
      script: () => textReply('one of two'),
      pace: { firstByteMs: 400, deltaMs: 0 },
    });
    const pairs = play.count({ smoke: 60, normal: 200, full: 500 });
    await forEach(pairs, PAIRS_AT_ONCE, async (i) => {
      const say = (brain: number) =>
        client.ask({
          request: `pair ${i}`,
          user: `user-${i}`,
          path: '/api/v1/chat',
          body: { message: `pair ${i} to ${brain}` },
          brain,
        });
      await Promise.all([say(0), say(1)]);
    });
    return judge(play, stage, pairs);
  },
};

function judge({ history }: Play, stage: Stage, pairs: number): Verdict {
  const { runs } = stage.dump();
  const answers = answersOf(history.events);
  const wrong = [...Map.groupBy(answers, ({ request }) => request).values()].filter((pair) => {
    const statuses = pair.map(({ status }) => status).toSorted();
    return statuses.join() !== '200,429';
  });
  const refused = answers.filter(({ status }) => status === 429);
  const refusalMs = p99(latencies(refused));
  return {
    counts: {
      pairs,
      refused: refused.length,
      'wrong pairs': wrong.length,
      'p99 of refusals ms': refusalMs,
    },
    problems: toProblems({
      'pair without exactly one answer and one refusal': wrong.map((pair) =>
        pair.map(({ status }) => status),
      ),
      'refusal of another form': refused.filter(isMalformed),
      [`p99 of refusals of ${REFUSAL_MS} ms or more`]: refusalMs < REFUSAL_MS ? [] : [refusalMs],
      'user with another number of runs than one': pairs === runs.length ? [] : [runs.length],
    }),
  };
}

function isMalformed({ retryAfter, body }: Answered): boolean {
  const { code, retry_after_ms } = { code: '', retry_after_ms: 0, ...Object(body) };
  return retryAfter !== '5' || code !== 'CONCURRENT_REQUEST_REJECTED' || retry_after_ms !== 5_000;
}

import { textReply } from '@bakerst/offline-model';
import { answersOf } from '../harness/history.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { forEach } from '../harness/until.ts';

/** Two requests of one user at the same moment, to two brains, while the model takes its time. */
export const p04: Scenario = {
  name: 'P4',
  promise:
    'A second simultaneous request of a user gets 429 CONCURRENT_REQUEST_REJECTED with Retry-After at once; it never waits and never runs.',
  mutants: [],
  async play({ open, history, count }) {
    const { stage, client } = await open({
      brains: 2,
      workers: 0,
      script: () => textReply('one of two'),
      pace: { firstByteMs: 400, deltaMs: 0 },
    });
    const pairs = count({ smoke: 60, normal: 200, full: 500 });
    await forEach(pairs, 10, async (i) => {
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
    const dump = stage.dump();
    const byPair = Map.groupBy(answersOf(history.events), ({ request }) => request);
    const wrong = [...byPair.values()].filter(
      (answers) =>
        answers
          .map(({ status }) => status)
          .toSorted()
          .join() !== '200,429',
    );
    const refused = answersOf(history.events).filter(({ status }) => status === 429);
    const malformed = refused.filter(({ retryAfter, body }) => {
      const { code, retry_after_ms } = { code: '', retry_after_ms: 0, ...Object(body) };
      return (
        retryAfter !== '5' || code !== 'CONCURRENT_REQUEST_REJECTED' || retry_after_ms !== 5_000
      );
    });
    return {
      counts: { pairs, refused: refused.length, 'wrong pairs': wrong.length },
      problems: toProblems({
        'pair without exactly one answer and one refusal': wrong.map((answers) =>
          answers.map(({ status }) => status),
        ),
        'refusal of another form': malformed,
        'user with another number of runs than one':
          pairs === dump.runs.length ? [] : [dump.runs.length],
      }),
    };
  },
};

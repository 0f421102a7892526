import { setTimeout } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { latencies, p99 } from '../checkers/latency.ts';
import { type Answered, answersOf } from '../harness/history.ts';
import { type Play, type Scenario, toProblems, type Verdict } from '../harness/scenario.ts';
import type { Stage } from '../harness/stage.ts';
import { forEach } from '../harness/until.ts';

/** Beyond what the same brains need at the same moments to say that they are there: what a busy machine costs is not theirs. */
const REFUSAL_MS = 100;
/** Brains, nats-server, model and the sender of all this share two cores: more would be measured than a brain's answer. */
const PAIRS_AT_ONCE = 2;
/** Pairs before those that are timed: a process is slow at what it does for the first time. */
const EARLY_PAIRS = 10;

/** How long the model holds a reply back for the other request of the pair: one that is not refused soon never is. */
const PATIENCE_MS = 3_000;

/** Two requests of one user at the same moment, to two brains; the model replies once one of them was refused. */
export const p04: Scenario = {
  name: 'P4',
  promise:
    'A second simultaneous request of a user gets 429 CONCURRENT_REQUEST_REJECTED with Retry-After at once; it never waits and never runs.',
  mutants: ['busy-waits'],
  async play(play) {
    const decided = new Map<string, Promise<unknown>>();
    const { stage, client } = await play.open({
      brains: 2,
      workers: 0,
      async script({ messages }) {
        await decided.get(/pair \d+/.exec(JSON.stringify(messages.at(-1)))?.[0] ?? '');
        return textReply('one of two');
      },
    });
    const pairs = play.count({ smoke: 60, normal: 200, full: 500 });
    await forEach(EARLY_PAIRS + pairs, PAIRS_AT_ONCE, async (i) => {
      const answered = Promise.withResolvers<void>();
      decided.set(`pair ${i}`, Promise.race([answered.promise, setTimeout(PATIENCE_MS)]));
      const say = async (brain: number): Promise<void> => {
        await client.ask({
          request: i < EARLY_PAIRS ? `early pair ${i}` : `pair ${i}`,
          user: `user-${i}`,
          path: '/api/v1/chat',
          body: { message: `pair ${i}` },
          brain,
        });
        answered.resolve();
      };
      const health = { request: 'health', user: 'nobody', path: '/health', brain: i % 2 };
      await Promise.all([say(0), say(1), client.ask(health)]);
      decided.delete(`pair ${i}`);
    });
    return judge(play, stage, EARLY_PAIRS + pairs);
  },
};

function judge({ history, level }: Play, stage: Stage, pairs: number): Verdict {
  const { runs } = stage.dump();
  const health = answersOf(history.events).filter(({ request }) => request === 'health');
  const answers = answersOf(history.events).filter(({ request }) => request !== 'health');
  const healthMs = p99(latencies(health));
  // A machine on which NATS needs seconds to answer refuses with 503: it is no matter for "npm test" either.
  const right = level === 'smoke' ? ['200,429', '200,503'] : ['200,429'];
  const wrong = [...Map.groupBy(answers, ({ request }) => request).values()].filter((pair) => {
    const statuses = pair.map(({ status }) => status).toSorted();
    return !right.includes(statuses.join());
  });
  const refused = answers.filter(({ status }) => status === 429);
  const refusalMs = p99(latencies(refused.filter(({ request }) => request.startsWith('pair'))));
  return {
    counts: {
      pairs,
      refused: refused.length,
      'wrong pairs': wrong.length,
      'p99 of refusals ms': refusalMs,
      'p99 of health ms': healthMs,
    },
    problems: toProblems({
      'pair without exactly one answer and one refusal': wrong.map((pair) =>
        pair.map(({ status }) => status),
      ),
      'refusal of another form': refused.filter(isMalformed),
      [`p99 of refusals of ${REFUSAL_MS} ms or more`]:
        // What else the machine does shows in such a figure: it is no matter for "npm test".
        level === 'smoke' || refusalMs < REFUSAL_MS + healthMs ? [] : [refusalMs],
      'user with another number of runs than one': pairs === runs.length ? [] : [runs.length],
    }),
  };
}

function isMalformed({ retryAfter, body }: Answered): boolean {
  const { code, retry_after_ms } = { code: '', retry_after_ms: 0, ...Object(body) };
  return retryAfter !== '5' || code !== 'CONCURRENT_REQUEST_REJECTED' || retry_after_ms !== 5_000;
}

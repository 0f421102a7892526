import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../figures/quantile.ts';
import { atMost, single } from '../figures/row.ts';
import { createLoadClient } from '../load/load-client.ts';
import { playTurns, type Talk } from '../load/play-turns.ts';
import { Words } from '../load/words.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct } from '../processes/open-product.ts';
import type { Measurement } from './measurement.ts';

const COUNT = 500;
const AT_ONCE = 10;
/** The run that keeps the user busy lasts longer than all rounds together. */
const SLOW = Words.say(30_000, 20);
/** Long enough for that run to have the lock. */
const HEAD_START_MS = 500;

export const busyUser: Measurement<'p99'> = {
  name: 'busy-user',
  about: '500 messages of a user whose run is on: the 429 that each gets',
  rows: {
    p99: { name: '429 of a busy user, p99', unit: 'ms', goal: atMost(15, 'ms') },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const model = open.use(await openModel(bench));
    const product = open.use(await openProduct(bench, { modelUrl: model.url }));
    const client = open.use(
      createLoadClient({
        url: `${product.url}/api/v1/chat/stream`,
        headers: product.headers,
      }),
    );
    const gary: Talk = { say: (message) => client.send({ message, user_id: 'gary' }) };
    void gary.say(SLOW);
    await delay(HEAD_START_MS);
    await timeRefusals(gary);
    const ms: number[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      bench.signal.throwIfAborted();
      ms.push(...(await timeRefusals(gary)));
      bench.say(`busy-user: round ${round} of ${bench.rounds}`);
    }
    return { p99: single(ms, quantile(ms, 0.99)) };
  },
};

async function timeRefusals(talk: Talk): Promise<readonly number[]> {
  const load = { words: Words.say(1, 0), count: COUNT, atOnce: AT_ONCE };
  const answers = await playTurns(talk, load);
  const other = answers.find(({ status }) => status !== 429);
  if (other !== undefined) throw new Error(`expected status 429, got ${other.status}`);
  return answers.map(({ totalMs }) => totalMs);
}

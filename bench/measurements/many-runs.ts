import { createClient } from '@bakerst/client';
import { playRounds } from '../figures/play-rounds.ts';
import { quantile } from '../figures/quantile.ts';
import { atMost, compare, single } from '../figures/row.ts';
import { createLoadClient } from '../load/load-client.ts';
import { playTurns, requireWhole, type Talk } from '../load/play-turns.ts';
import { openProductTalk } from '../load/talk.ts';
import { Words } from '../load/words.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product, TOKEN } from '../processes/open-product.ts';
import type { Bench, Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

const MANY = 10_000;
/** Enough for the messages of a turn to be as many as with many more. */
const FEW = 100;
const PAGE = 100;
const COUNT = 60;
const WARM_UP_USERS = 500;
const USER = 'gary';

/** One user has them all: the hardest case for lists and for what a turn reads. */
export const manyRuns: Measurement<'lists' | 'turn'> = {
  name: 'many-runs',
  about: `${MANY} finished runs of one user: pages of the list, and what a turn costs`,
  rows: {
    lists: {
      name: `page of ${PAGE} of ${MANY} runs, p95`,
      unit: 'ms',
      goal: atMost(50, 'ms'),
    },
    turn: {
      name: `plain turn behind ${MANY} runs / behind ${FEW}`,
      unit: 'ms',
      goal: atMost(1.1, '×'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const { url: modelUrl } = open.use(await openModel(bench));
    const openOne = async (name: string, runs: number): Promise<OpenHistory> =>
      open.use(await openHistory(bench, { modelUrl, name, runs }));
    const many = await openOne('many', MANY);
    const few = await openOne('few', FEW);
    const rounds = await playRounds(
      { ours: () => timeTurns(many), other: () => timeTurns(few) },
      toRoundsOptions(bench, manyRuns),
    );
    const pagesMs = await timePages(many.product);
    return { lists: single(pagesMs, quantile(pagesMs, 0.95)), turn: compare(rounds) };
  },
};

interface OpenHistory extends Talk, AsyncDisposable {
  readonly product: Product;
}

async function openHistory(
  bench: Bench,
  options: { readonly modelUrl: string; readonly name: string; readonly runs: number },
): Promise<OpenHistory> {
  await using opening = new AsyncDisposableStack();
  const product = opening.use(await openProduct(bench, options));
  opening.use(await openProductTalk(product, WARM_UP_USERS));
  const url = `${product.url}/api/v1/chat/stream`;
  const client = opening.use(createLoadClient({ url, headers: product.headers }));
  const say = (message: string) => client.send({ message, user_id: USER });
  bench.say(`many-runs: ${options.runs} turns of one user`);
  const load = { words: Words.say(1, 0), count: options.runs, atOnce: 1 };
  requireWhole(await playTurns({ say }, load), 1);
  const open = opening.move();
  return { product, say, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function timeTurns(talk: Talk): Promise<readonly number[]> {
  const load = { words: Words.say(1, 0), count: COUNT, atOnce: 1 };
  return requireWhole(await playTurns(talk, load), 1).map(({ totalMs }) => totalMs);
}

/** Every page of the list, from the newest to the oldest. */
async function timePages(product: Product): Promise<readonly number[]> {
  const client = createClient({ baseUrl: product.url, token: TOKEN });
  const pagesMs: number[] = [];
  let cursor: string | undefined;
  do {
    const startedAt = performance.now();
    const page = await client.listRuns({ limit: PAGE, user_id: USER, ...(cursor && { cursor }) });
    pagesMs.push(performance.now() - startedAt);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return pagesMs;
}

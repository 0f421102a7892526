import { createClient } from '@bakerst/client';
import { playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product, TOKEN } from '../processes/open-product.ts';
import type { Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

const COUNT = 60;
const LOOP_MS = 1_000;
const GARY = { org: 'home', user_id: 'gary' };
const MALLORY = { org: 'home', user_id: 'mallory' };
/** More than run at a time: there is always a next one. */
const LOOPS = 4;

type Client = ReturnType<typeof createClient>;

export const hostileCode: Measurement<'p95'> = {
  name: 'hostile-code',
  about: 'code of one person beside endless loops of another, against the same alone',
  rows: {
    p95: { name: 'code beside endless loops / alone, p95', unit: 'ms', goal: atMost(2, '×') },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const model = open.use(await openModel(bench));
    const product = open.use(await openProduct(bench, { modelUrl: model.url }));
    const client = createClient({ baseUrl: product.url, token: TOKEN });
    const rounds = await playRounds(
      { ours: () => besideLoops(product), other: () => timeJobs(client) },
      toRoundsOptions(bench, hostileCode),
    );
    return { p95: compare(rounds, 0.95) };
  },
};

async function besideLoops({ url }: Product): Promise<readonly number[]> {
  const client = createClient({ baseUrl: url, token: TOKEN });
  const state = { isOver: false };
  const attack = Promise.all(Array.from({ length: LOOPS }, () => loop(client, state)));
  const ms = await timeJobs(client);
  state.isOver = true;
  await attack;
  return ms;
}

async function loop(client: Client, state: { readonly isOver: boolean }): Promise<void> {
  while (!state.isOver) await run(client, { ...MALLORY, code: 'for (;;);' });
}

async function timeJobs(client: Client): Promise<readonly number[]> {
  const ms: number[] = [];
  while (ms.length < COUNT) {
    const startedAt = performance.now();
    await run(client, { ...GARY, code: '17 * 23' });
    ms.push(performance.now() - startedAt);
  }
  return ms;
}

interface Job {
  readonly org: string;
  readonly user_id: string;
  readonly code: string;
}

async function run(client: Client, { code, ...whom }: Job): Promise<void> {
  const { id } = await client.postJob({ type: 'code', code, timeout_ms: LOOP_MS, ...whom });
  let job = await client.getJob(id, whom);
  while (job.finished_at === null) {
    // Whoever waits for a loop asks less often than whoever waits for an answer.
    if (whom.user_id === MALLORY.user_id) await new Promise((resolve) => setTimeout(resolve, 100));
    job = await client.getJob(id, whom);
  }
}

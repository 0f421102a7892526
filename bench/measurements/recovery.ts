import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@bakerst/client';
import { atMost, single } from '../figures/row.ts';
import { createLoadClient } from '../load/load-client.ts';
import { Words } from '../load/words.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product, TOKEN } from '../processes/open-product.ts';
import type { Bench, Measurement } from './measurement.ts';

const RUNS = 20;
/** Each of them lasts long enough to be cut short. */
const REPLY = Words.say(500, 20);
const LOOK_MS = 10;
const PATIENCE_MS = 30_000;
/** Lease (LOCK_LEASE_MS) and two seconds. */
const LEASE_GOAL_MS = 7_000;
/** Each takes its product's start and the acknowledgement wait of a dead worker's job. */
const MOST_ROUNDS = 4;
const ENDLESS = 'for (;;);';

const CUT_SHORT = `SELECT count(*) AS n FROM run WHERE status = 'running' AND takeover = 1`;
const BEGUN_AGAIN = `SELECT count(*) AS n FROM job WHERE status = 'running' AND attempt > 1`;
const BEGUN = `SELECT count(*) AS n FROM job WHERE status = 'running'`;

export const recovery: Measurement<'restart' | 'heir' | 'worker'> = {
  name: 'recovery',
  about: `${RUNS} runs whose brain is killed, and a job whose worker is: when they go on`,
  rows: {
    restart: {
      name: 'killed brain, its runs go on after a new one is ready',
      unit: 'ms',
      goal: atMost(5_000, 'ms'),
    },
    heir: {
      name: 'killed brain of two, its runs go on',
      unit: 'ms',
      goal: atMost(LEASE_GOAL_MS, 'ms'),
    },
    worker: {
      name: 'killed worker, its job runs again',
      unit: 'ms',
      goal: atMost(10_000, 'ms'),
    },
  },
  async run(bench) {
    const count = Math.min(bench.rounds, MOST_ROUNDS);
    const rounds: Recoveries[] = [];
    while (rounds.length < count) {
      bench.signal.throwIfAborted();
      rounds.push(await timeRecoveries(bench, rounds.length + 1));
      bench.say(`recovery: ${rounds.length} of ${count}`);
    }
    return {
      restart: worstOf(rounds.map(({ restart }) => restart)),
      heir: worstOf(rounds.map(({ heir }) => heir)),
      worker: worstOf(rounds.map(({ worker }) => worker)),
    };
  },
};

type Recoveries = Readonly<Record<'restart' | 'heir' | 'worker', number>>;

async function timeRecoveries(bench: Bench, round: number): Promise<Recoveries> {
  return {
    restart: await timeRestart(bench, `restart-${round}`),
    heir: await timeHeir(bench, `heir-${round}`),
    worker: await timeWorker(bench, `worker-${round}`),
  };
}

/** A promise is as good as its slowest keeping. */
function worstOf(values: readonly number[]) {
  return single(values, Math.max(...values));
}

async function timeRestart(bench: Bench, name: string): Promise<number> {
  await using open = await openTalking(bench, name);
  const { product } = open;
  await product.brain[Symbol.asyncDispose]();
  await product.addBrain();
  return await timeUntil(product, CUT_SHORT, (n) => n === 0);
}

async function timeHeir(bench: Bench, name: string): Promise<number> {
  await using open = await openTalking(bench, name);
  const { product } = open;
  await product.addBrain();
  await product.brain[Symbol.asyncDispose]();
  return await timeUntil(product, CUT_SHORT, (n) => n === 0);
}

async function timeWorker(bench: Bench, name: string): Promise<number> {
  await using open = new AsyncDisposableStack();
  const model = open.use(await openModel(bench));
  const product = open.use(await openProduct(bench, { modelUrl: model.url, name }));
  const client = createClient({ baseUrl: product.url, token: TOKEN });
  await client.postJob({ type: 'code', code: ENDLESS, timeout_ms: 30_000, user_id: 'gary' });
  await timeUntil(product, BEGUN, (n) => n === 1);
  await product.addWorker();
  await product.worker[Symbol.asyncDispose]();
  return await timeUntil(product, BEGUN_AGAIN, (n) => n === 1);
}

interface Talking extends AsyncDisposable {
  readonly product: Product;
}

/** A product whose only brain is in the middle of the runs. */
async function openTalking(bench: Bench, name: string): Promise<Talking> {
  await using opening = new AsyncDisposableStack();
  const model = opening.use(await openModel(bench));
  const product = opening.use(await openProduct(bench, { modelUrl: model.url, name }));
  const url = `${product.url}/api/v1/chat/stream`;
  const client = opening.use(createLoadClient({ url, headers: product.headers }));
  for (let i = 0; i < RUNS; i++) void client.send({ message: REPLY, user_id: `user-${i}` });
  await timeUntil(product, CUT_SHORT, (n) => n === RUNS);
  const open = opening.move();
  return { product, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function timeUntil(
  product: Product,
  sql: string,
  isReached: (n: number) => boolean,
): Promise<number> {
  const startedAt = performance.now();
  while (!isReached(countRows(product, sql))) {
    if (performance.now() - startedAt > PATIENCE_MS)
      throw new Error(`not in ${PATIENCE_MS} ms: ${sql}`);
    await delay(LOOK_MS);
  }
  return performance.now() - startedAt;
}

function countRows({ dataDir }: Product, sql: string): number {
  using db = new DatabaseSync(join(dataDir, 'bakerst.db'), { readOnly: true });
  return Number(db.prepare(sql).get()?.['n']);
}

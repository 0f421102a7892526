import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { atMost, single } from '../figures/row.ts';
import { Words } from '../load/words.ts';
import { OWNER_TOKEN, openBrowserPage, signIn } from '../processes/open-browser.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product } from '../processes/open-product.ts';
import type { Bench, Measurement } from './measurement.ts';

/** Lasts longer than a round by far: the reply is still being written at its end. */
const REPLY = Words.say(1_200, 50);
/** So much of it is there when the brain is killed. */
const WRITTEN_MS = 2_000;
const LOOK_MS = 10;
const PATIENCE_MS = 60_000;
const MOST_ROUNDS = 5;

/** The page whose brain is killed in the middle of a reply. */
export const pageReturn: Measurement<'text'> = {
  name: 'page-return',
  about: 'a brain that is killed in the middle of a reply: when the page shows new text of it',
  rows: {
    text: {
      name: 'killed brain, new text in the page after /readyz',
      unit: 'ms',
      goal: atMost(3_000, 'ms'),
    },
  },
  async run(bench) {
    const times: number[] = [];
    while (times.length < Math.min(bench.rounds, MOST_ROUNDS)) {
      bench.signal.throwIfAborted();
      times.push(await timeReturn(bench, `return-${times.length + 1}`));
      bench.say(`page-return: ${times.length} of ${Math.min(bench.rounds, MOST_ROUNDS)}`);
    }
    return { text: single(times, Math.max(...times)) };
  },
};

async function timeReturn(bench: Bench, name: string): Promise<number> {
  await using open = new AsyncDisposableStack();
  const { url: modelUrl } = open.use(await openModel(bench));
  const product = open.use(await openProduct(bench, { modelUrl, name, env: { OWNER_TOKEN } }));
  const { page } = open.use(await openBrowserPage(bench));
  await signIn(page, product);
  await page.getByRole('textbox', { name: 'Message' }).fill(REPLY);
  await page.keyboard.press('Enter');
  const first = await newestAfter(page, 0);
  const before = await newestAfter(page, first.newest + WRITTEN_MS);
  await product.brain[Symbol.asyncDispose]();
  const known = await newestAfter(page, before.newest - 1);
  const [{ at }, readyAt] = await Promise.all([
    newestAfter(page, known.newest),
    whenReady(product),
    product.restartBrain(),
  ]);
  if ((await page.getByRole('button', { name: 'Stop' }).count()) === 0)
    throw new Error('the reply was not being written any more');
  return Math.max(0, at - readyAt);
}

interface Seen {
  /** The last delta that is shown: the moment at which it was due. */
  readonly newest: number;
  /** When it was looked at, epoch ms. */
  readonly at: number;
}

/** Runs in the page: looks at each frame for a delta that is newer than one that is known. */
async function newestAfter(page: Page, known: number): Promise<Seen> {
  return await page.evaluate<Seen>(`new Promise((resolve, reject) => {
    const until = performance.now() + ${PATIENCE_MS};
    const look = () => {
      const text = document.querySelector('[role=log] .prose')?.textContent ?? '';
      const newest = Math.max(0, ...(text.match(/\\d+\\.\\d{3}/g) ?? []).map(Number));
      if (newest > ${known}) resolve({ newest, at: Date.now() });
      else if (performance.now() > until) reject(new Error('no new text'));
      else requestAnimationFrame(look);
    };
    look();
  })`);
}

/** Epoch ms. */
async function whenReady({ url }: Product): Promise<number> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return Date.now();
    await delay(LOOK_MS);
  }
  throw new Error(`not ready within ${PATIENCE_MS} ms`);
}

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openDatabase } from '../../services/brain/src/storage/open-database.ts';
import { atMost, type Finding, single } from '../figures/row.ts';
import { Words } from '../load/words.ts';
import { type OpenPage, OWNER_TOKEN, openBrowserPage, signIn } from '../processes/open-browser.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product } from '../processes/open-product.ts';
import type { Bench, Measurement } from './measurement.ts';

const MESSAGES = 2_000;
const CONVERSATION = '01900000-0000-7000-8000-00000000abcd';
const TITLE = 'Two thousand messages';
/** A minute of 30 deltas a second. */
const DELTAS = 1_800;
const DELTA_MS = 33;
/** The same for half a minute, as one list and as one table. */
const ROWS_DELTAS = 900;
const STREAM_PATIENCE_MS = 180_000;
const LOADS = 5;
/** What is loaded later than this is loaded for something else. */
const SETTLED_MS = 700;
const KB = 1_000;
const MB = 1_048_576;

type Key = 'script' | 'interactive' | 'long' | 'task' | 'heap' | 'list' | 'table';

/** The page as a browser shows it. */
export const page: Measurement<Key> = {
  name: 'page',
  about: 'the page in a browser: first load, a long conversation, two minutes of deltas',
  rows: {
    script: {
      name: 'page, JavaScript of the first load',
      unit: 'KB',
      goal: atMost(200, 'KB'),
    },
    interactive: { name: 'page, ready to write', unit: 'ms', goal: atMost(1_000, 'ms') },
    long: { name: `page, opens ${MESSAGES} messages`, unit: 'ms', goal: atMost(300, 'ms') },
    task: { name: 'page, longest task in a minute of deltas', unit: 'ms', goal: atMost(50, 'ms') },
    heap: { name: 'page, heap that the minute left', unit: 'MB', goal: atMost(10, 'MB') },
    list: { name: 'page, longest task in a long list', unit: 'ms', goal: atMost(50, 'ms') },
    table: { name: 'page, longest task in a long table', unit: 'ms', goal: atMost(50, 'ms') },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const { url: modelUrl } = open.use(await openModel(bench));
    const product = open.use(await openProduct(bench, { modelUrl, env: { OWNER_TOKEN } }));
    const browser = open.use(await openBrowserPage(bench));
    await signIn(browser.page, product);
    const loads = await timeLoads(browser.page, product);
    const longMs = await timeLongConversation(browser.page, product);
    const minute = await watchMinute(bench, browser, product);
    return {
      script: single(loads.scriptKb, Math.max(...loads.scriptKb)),
      interactive: single(loads.readyMs, median(loads.readyMs)),
      long: single(longMs, median(longMs)),
      ...minute,
      list: await watchRows(bench, browser.page, 'list'),
      table: await watchRows(bench, browser.page, 'table'),
    };
  },
};

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

interface Loads {
  readonly scriptKb: readonly number[];
  readonly readyMs: readonly number[];
}

/** Each with nothing kept from the one before. */
async function timeLoads(page: Page, { url }: Product): Promise<Loads> {
  const scriptKb: number[] = [];
  const readyMs: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.clearBrowserCache');
    await page.goto(`${url}/chat`);
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    readyMs.push(await page.evaluate<number>('performance.now()'));
    await page.getByText('No conversations yet.').waitFor();
    await page.waitForTimeout(SETTLED_MS);
    scriptKb.push((await page.evaluate<number>(SCRIPT_BYTES)) / KB);
    await devtools.detach();
  }
  return { scriptKb, readyMs };
}

/** From the click on a conversation to its last words. */
async function timeLongConversation(page: Page, product: Product): Promise<readonly number[]> {
  fill(product);
  const timesMs: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    await page.goto(`${product.url}/chat`);
    const link = page.getByRole('link', { name: TITLE });
    await link.waitFor();
    await page.waitForTimeout(SETTLED_MS);
    timesMs.push(await page.evaluate<number>(CLICK_AND_WAIT));
  }
  return timesMs;
}

/** Runs in the page, which knows a document; resolves with ms. */
const CLICK_AND_WAIT = `new Promise((resolve) => {
  const startedAt = performance.now();
  document.querySelector('a[href="/chat/${CONVERSATION}"]').click();
  const look = () => {
    if (document.querySelector('[role=log]')?.textContent.includes('message ${MESSAGES}'))
      resolve(performance.now() - startedAt);
    else requestAnimationFrame(look);
  };
  look();
})`;

const SCRIPT_BYTES = `performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith('.js'))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

const WATCH_TASKS = `globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
}).observe({ type: 'longtask' })`;

function fill({ dataDir }: Product): void {
  const db = openDatabase(join(dataDir, 'bakerst.db'));
  const now = Date.now();
  db.transaction(() => {
    db.prepare(
      `INSERT INTO conversation (id, org_id, user_id, is_default, title, title_source, last_seq, created_at, updated_at)
       VALUES (?, 'home', 'owner', 0, ?, 'person', ?, ?, ?)`,
    ).run(CONVERSATION, TITLE, MESSAGES, now, now);
    const add = db.prepare(
      `INSERT INTO message (conversation_id, seq, run_id, role, content, asked_seq, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    for (let seq = 1; seq <= MESSAGES; seq++) {
      const run = `01900000-0000-7000-8000-${String(Math.ceil(seq / 2)).padStart(12, '0')}`;
      const isAnswer = seq % 2 === 0;
      const text = `This is **message ${seq}** with \`code\` in it.`;
      add.run(
        CONVERSATION,
        seq,
        run,
        isAnswer ? 'assistant' : 'user',
        text,
        isAnswer ? seq - 1 : null,
        now,
      );
    }
  }).immediate();
  db.close();
}

async function watchMinute(
  { say }: Bench,
  { page, devtools }: OpenPage,
  { url }: Product,
): Promise<Readonly<Record<'task' | 'heap', Finding>>> {
  await page.goto(`${url}/chat`);
  await playStream(page, Words.say(30, DELTA_MS));
  await leave(page);
  const before = await readHeap({ page, devtools });
  await page.evaluate(WATCH_TASKS);
  say('page: a minute of deltas');
  await playStream(page, Words.say(DELTAS, DELTA_MS));
  const tasks = await page.evaluate<readonly number[]>('globalThis.longTasks');
  await leave(page);
  const after = await readHeap({ page, devtools });
  const left = Math.max(0, (after - before) / MB);
  const longest = Math.max(0, ...tasks);
  return { task: single([longest], longest), heap: single([left], left) };
}

/** In a page that shows `Words.say` as rows from its first delta to its last. */
async function watchRows({ say }: Bench, page: Page, shape: 'list' | 'table'): Promise<Finding> {
  say(`page: half a minute of a ${shape}`);
  await page.evaluate('globalThis.longTasks = []');
  await playStream(page, Words.say(ROWS_DELTAS, DELTA_MS, shape));
  const tasks = await page.evaluate<readonly number[]>('globalThis.longTasks');
  await leave(page);
  const longest = Math.max(0, ...tasks);
  return single([longest], longest);
}

async function playStream(page: Page, message: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(message);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await page
    .getByRole('button', { name: 'Stop' })
    .waitFor({ state: 'detached', timeout: STREAM_PATIENCE_MS });
}

async function leave(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'New chat' }).click();
  await page.getByText('What can I do for you?').waitFor();
}

async function readHeap({ devtools }: Pick<OpenPage, 'page' | 'devtools'>): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  return (await devtools.send('Runtime.getHeapUsage')).usedSize;
}

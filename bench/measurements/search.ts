import { join } from 'node:path';
import { createClient } from '@bakerst/client';
import { type Database, openDatabase } from '../../services/brain/src/storage/open-database.ts';
import { quantile } from '../figures/quantile.ts';
import { atMost, single } from '../figures/row.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product, TOKEN } from '../processes/open-product.ts';
import type { Bench, Measurement } from './measurement.ts';

const MESSAGES = 100_000;
const WORDS_PER_MESSAGE = 40;
const VOCABULARY = 20_000;
const COUNT = 200;
const PAGE = 50;
const USER = 'gary';
const LOOK_MS = 500;
/** No run has said it. */
const RUN_ID = '01900000-0000-7000-8000-000000000000';

/** All messages are one user's: the hardest case for the search. */
export const search: Measurement<'search'> = {
  name: 'search',
  about: `words among ${MESSAGES} messages of one user`,
  rows: {
    search: {
      name: `search over ${MESSAGES} messages, p95`,
      unit: 'ms',
      goal: atMost(50, 'ms'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const { url: modelUrl } = open.use(await openModel(bench));
    const product = open.use(await openProduct(bench, { modelUrl }));
    await fill(bench, product);
    const timesMs = await timeSearches(product);
    return { search: single(timesMs, quantile(timesMs, 0.95)) };
  },
};

/** Puts the messages where the product keeps them, and waits until its search knows them. */
async function fill(bench: Bench, product: Product): Promise<void> {
  const client = createClient({ baseUrl: product.url, token: TOKEN });
  const { id } = await client.createConversation({ user_id: USER });
  using db = disposable(openDatabase(join(product.dataDir, 'bakerst.db')));
  addMessages(db.value, id);
  const pending = db.value
    .prepare('SELECT last_seq - indexed_seq FROM conversation WHERE id = ?')
    .pluck();
  for (let left = MESSAGES; left > 0; left = Number(pending.get(id))) {
    bench.say(`search: ${left} messages to be indexed`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function disposable(value: Database): Disposable & { readonly value: Database } {
  return { value, [Symbol.dispose]: () => void value.close() };
}

function addMessages(db: Database, conversation: string): void {
  const next = createNumbers();
  const add = db.prepare(
    `INSERT INTO message (conversation_id, seq, run_id, role, content, created_at) VALUES (?, ?, '${RUN_ID}', 'user', ?, ?)`,
  );
  db.transaction(() => {
    for (let seq = 1; seq <= MESSAGES; seq++)
      add.run(conversation, seq, sentence(next), Date.now());
    db.prepare('UPDATE conversation SET last_seq = ? WHERE id = ?').run(MESSAGES, conversation);
  }).immediate();
}

const SYLLABLES = ['ba', 'ke', 'mo', 'ru', 'ti', 'sal', 'den', 'gor', 'lin', 'pe', 'va', 'no'];

/** A few words are in every other message, most are rare, as in any language. */
function word(next: () => number): string {
  let text = '';
  for (let rank = Math.floor(VOCABULARY ** next()); rank > 0; rank = Math.floor(rank / 12))
    text += SYLLABLES[rank % 12] ?? '';
  return text;
}

function sentence(next: () => number): string {
  return Array.from({ length: WORDS_PER_MESSAGE }, () => word(next)).join(' ');
}

/** Numbers from 0 to 1, the same ones every time. */
function createNumbers(): () => number {
  let state = 12_345;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** One, two and three words by turns, the last one cut short every other time. */
async function timeSearches(product: Product): Promise<readonly number[]> {
  const client = createClient({ baseUrl: product.url, token: TOKEN });
  const next = createNumbers();
  const timesMs: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    const words = Array.from({ length: (i % 3) + 1 }, () => word(next)).join(' ');
    const startedAt = performance.now();
    await client.searchMessages(i % 2 === 0 ? words : words.slice(0, -1), {
      user_id: USER,
      limit: PAGE,
    });
    timesMs.push(performance.now() - startedAt);
  }
  return timesMs;
}

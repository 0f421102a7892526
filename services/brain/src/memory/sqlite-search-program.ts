import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { getLoadablePath } from 'sqlite-vec';
import { z } from 'zod';
import { type SearchAnswer, SearchAsk } from './search-messages.ts';
import { prepareFindNearest } from './sqlite-nearest-facts.ts';
import { prepareFindByWords } from './sqlite-word-index.ts';

// A thread that looks through facts beside a brain that goes on: it has a connection of its own, and only reads.

/** Vectors are read where the system has them in memory, without a copy. */
const MAPPED_BYTES = 1024 ** 3;

const { path } = z.object({ path: z.string() }).parse(workerData);
const db = new Database(path, { readonly: true });
db.loadExtension(getLoadablePath());
db.pragma(`mmap_size = ${MAPPED_BYTES}`);
const findByWords = prepareFindByWords(db);
const findNearest = prepareFindNearest(db);

parentPort?.on('message', (message: unknown) => {
  const ask = SearchAsk.parse(message);
  parentPort?.postMessage(answer(ask));
});

function answer(ask: SearchAsk): SearchAnswer {
  const { number, tenant } = ask;
  try {
    if (ask.kind === 'words') {
      const { words, category, limit } = ask;
      const ids = [...findByWords(tenant, { words, category, limit })];
      return { kind: 'words', number, ids };
    }
    return { kind: 'nearest', number, near: [...findNearest(tenant, ask, ask.limit)] };
  } catch (err) {
    return { kind: 'failed', number, message: String(err) };
  }
}

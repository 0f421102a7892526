import type { Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import type { VectorIndex, WordIndex } from './ports.ts';
import { createSqliteFactIndex } from './sqlite-fact-index.ts';
import type { SearchThread } from './sqlite-search-thread.ts';
import { prepareFindByWords } from './sqlite-word-index.ts';

interface FactSearchDeps {
  readonly db: Database;
  readonly thread: SearchThread;
  readonly log: Logger;
}

/** Words, looked up in the thread; should that fail, here, for they are all that there may be. */
export function createSqliteWordIndex({ db, thread, log }: FactSearchDeps): WordIndex {
  const findHere = prepareFindByWords(db);
  return {
    async find(tenant, words, { category, limit }) {
      const wanted = { words: [...words], limit, ...(category !== undefined && { category }) };
      try {
        const answer = await thread.ask({ kind: 'words', tenant, ...wanted });
        return answer.kind === 'words' ? answer.ids : [];
      } catch (err) {
        log.warn({ err }, 'words are looked up on the main thread');
        return findHere(tenant, { words, category, limit });
      }
    },
  };
}

/** Vectors in SQLite, compared in the thread by sqlite-vec. */
export function createSqliteVectorIndex({
  thread,
  ...deps
}: Pick<FactSearchDeps, 'db' | 'thread'> & VectorStoreDeps): VectorIndex {
  return {
    ...createSqliteVectorStore(deps),
    async nearest(tenant, { vector, embedding }, limit) {
      const answer = await thread.ask({ kind: 'nearest', tenant, vector, embedding, limit });
      return answer.kind === 'nearest' ? answer.near : [];
    },
  };
}

interface VectorStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
}

/** The same for whoever only fills it. */
export function createSqliteVectorStore({
  db,
  writer,
}: VectorStoreDeps): Omit<VectorIndex, 'nearest'> {
  const index = createSqliteFactIndex(db, 'here');
  return {
    put: (points) =>
      writer.write(() => {
        for (const { fact, ...embedded } of points) index.putVector(fact, embedded);
      }),
    forget: (ids) => writer.write(() => index.dropVectors(ids)),
    async prepare() {
      // Vectors of any length are kept side by side.
      return false;
    },
    async probe() {
      // It is where the facts are: whoever reads those reads it.
    },
  };
}

import type { Route } from '../http/route.ts';
import { createStreamLimit } from '../http/stream-limit.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Surroundings } from '../surroundings.ts';
import { createFactRoutes } from './fact-routes.ts';
import type { MemoryDeps } from './memory-tools.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { createRecall, type RecallFacts } from './recall-facts.ts';
import { createSqliteWordIndex } from './sqlite-fact-search.ts';
import { createSqliteFactStore } from './sqlite-fact-store.ts';
import { createSqlitePendingVectors } from './sqlite-pending-vectors.ts';
import { createSqliteSearchThread } from './sqlite-search-thread.ts';

/** Files of one user at a time. */
const UPLOADS = 2;

/** The feature, built on its adapters. */
export interface Memory extends MemoryDeps, AsyncDisposable {
  readonly recall: RecallFacts;
  createRoutes(resolve: ResolveDeps): readonly Route[];
}

export function createMemory(around: Surroundings): Memory {
  const { db, clock, log, newId } = around;
  const thread = createSqliteSearchThread({ path: db.name, clock, log });
  const deps: MemoryDeps = {
    facts: createSqliteFactStore({ ...around, vectors: 'nowhere' }),
    words: createSqliteWordIndex({ db, thread, log }),
    meanings: undefined,
    pending: createSqlitePendingVectors(around),
    oneAtATime: createOneAtATime(),
    newId,
    log,
  };
  return {
    ...deps,
    recall: createRecall({ ...deps, clock }),
    createRoutes: (resolve) =>
      createFactRoutes({
        ...deps,
        resolve,
        keys: createSqliteKeyStore(db, clock),
        uploads: createStreamLimit(UPLOADS, 'uploads'),
      }),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

import type { PartHealth } from '@bakerst/contracts';
import type { Route } from '../http/route.ts';
import { createStreamLimit } from '../http/stream-limit.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Surroundings } from '../surroundings.ts';
import { createBreaker } from './cockatiel-breaker.ts';
import { createFactRoutes } from './fact-routes.ts';
import { hideSecrets } from './hide-secrets.ts';
import { createIndexState } from './index-facts.ts';
import type { EmbedderConfig, MemoryConfig } from './memory-config.ts';
import type { MemoryDeps } from './memory-tools.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { createOpenAiEmbedder } from './openai-embedder.ts';
import type { Embedder, VectorIndex } from './ports.ts';
import { probeMemory } from './probe-memory.ts';
import { createQdrantVectorIndex } from './qdrant-vector-index.ts';
import { createRecall, type RecallFacts } from './recall-facts.ts';
import type { VectorPlace } from './sqlite-fact-index.ts';
import { createSqliteVectorIndex, createSqliteWordIndex } from './sqlite-fact-search.ts';
import { createSqliteFactStore } from './sqlite-fact-store.ts';
import { createSqliteIndexLease } from './sqlite-index-lease.ts';
import { createSqlitePendingVectors } from './sqlite-pending-vectors.ts';
import { createSqliteSearchThread } from './sqlite-search-thread.ts';
import { tellChanges } from './telling-store.ts';
import { createVoyageEmbedder } from './voyage-embedder.ts';
import { watchEmbedder } from './watch-embedder.ts';
import { watchIndex } from './watch-index.ts';
import { watchVectors } from './watch-vectors.ts';

/** Files of one user at a time. */
const UPLOADS = 2;
/** How long what has failed three times is left alone. */
const EMBEDDER_REST_MS = 60_000;
const QDRANT_REST_MS = 15_000;

/** The feature, built on its adapters. */
export interface Memory extends MemoryDeps, AsyncDisposable {
  readonly recall: RecallFacts;
  createRoutes(resolve: ResolveDeps): readonly Route[];
  /** Makes up for missing vectors, and has the search ready before the first question. */
  watch(): Disposable | AsyncDisposable;
  readonly probes: {
    readonly memory: () => PartHealth;
    readonly qdrant: () => Promise<PartHealth>;
  };
}

export function createMemory(around: Surroundings): Memory {
  const { db, clock, log, newId, config } = around;
  const thread = createSqliteSearchThread({ path: db.name, clock, log });
  const { embedder, qdrant, vectors } = openConfigured(config.memory);
  const index = watchIndex(qdrant ?? createSqliteVectorIndex({ ...around, thread }));
  const meanings = embedder && {
    embedder: hideSecrets(embedder, around.secrets),
    index,
    isStoredWithFacts: qdrant === undefined,
  };
  const place = config.memory.qdrant?.url;
  const pending = createSqlitePendingVectors({ ...around, place });
  const lease = createSqliteIndexLease({ ...around, place });
  const state = createIndexState();
  const deps: MemoryDeps = {
    facts: tellChanges(createSqliteFactStore({ ...around, vectors }), around),
    words: createSqliteWordIndex({ db, thread, log }),
    meanings,
    pending,
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
    watch() {
      if (pending.hasFacts()) thread.warmUp();
      if (meanings === undefined) return { [Symbol.dispose]: () => undefined };
      return watchVectors({ meanings, pending, lease, state, clock, log });
    },
    probes: {
      memory: () => probeMemory({ meanings, pending, thread, state }),
      async qdrant() {
        if (qdrant === undefined) return { status: 'off', detail: 'not configured' };
        await qdrant.probe();
        if (!index.isFailing) return { status: 'ok' };
        return {
          status: 'degraded',
          detail: 'it answers, and fails when it is searched or filled',
        };
      },
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

/** What the configuration asks for beside SQLite. */
export function openConfigured({ embedder, qdrant }: MemoryConfig) {
  const rest = createBreaker('the embedder', EMBEDDER_REST_MS);
  const place: VectorPlace = qdrant === undefined ? 'here' : 'elsewhere';
  const opened: VectorIndex | undefined =
    qdrant && createQdrantVectorIndex(qdrant, createBreaker('Qdrant', QDRANT_REST_MS));
  return {
    embedder: embedder && watchEmbedder(toEmbedder(embedder, rest)),
    qdrant: opened,
    vectors: place,
  };
}

function toEmbedder(config: EmbedderConfig, rest: ReturnType<typeof createBreaker>): Embedder {
  switch (config.kind) {
    case 'voyage':
      return createVoyageEmbedder(config, rest);
    case 'openai':
      return createOpenAiEmbedder(config, rest);
    default:
      return config satisfies never;
  }
}

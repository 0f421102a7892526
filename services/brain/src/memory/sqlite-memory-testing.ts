import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { createGroupCommit, type Writer } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { type Database, openDatabase } from '../storage/open-database.ts';
import type { MemoryDeps } from './memory-tools.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { FactStore, Meanings, PendingVectors, WordIndex } from './ports.ts';
import type { VectorPlace } from './sqlite-fact-index.ts';
import { createSqliteFactStore } from './sqlite-fact-store.ts';
import { createSqlitePendingVectors } from './sqlite-pending-vectors.ts';
import { prepareFindByWords } from './sqlite-word-index.ts';

export const GARY = { org: OrgId.parse('home'), user: UserId.parse('gary') };
export const BOB = { org: OrgId.parse('home'), user: UserId.parse('bob') };

export interface OpenedFacts {
  readonly path: string;
  readonly db: Database;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly writer: Writer;
  readonly facts: FactStore;
  readonly words: WordIndex;
  readonly pending: PendingVectors;
}

/** A database with the facts of nobody. */
export function openFacts(
  vectors: VectorPlace = 'nowhere',
  dir = mkdtempSync(join(tmpdir(), 'bakerst-facts-')),
): OpenedFacts {
  const path = join(dir, 'bakerst.db');
  const db = openDatabase(path);
  // It outlasts no power cut.
  db.pragma('synchronous = OFF');
  migrate(db, { log: silentLogger });
  db.exec("INSERT OR IGNORE INTO org (id, created_at) VALUES ('home', 0)");
  const clock = createFakeClock();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const secrets = { redact: (text: string) => text.replaceAll('hunter2', '[hidden]') };
  const facts = createSqliteFactStore({ db, writer, clock, secrets, vectors });
  const findByWords = prepareFindByWords(db);
  const words: WordIndex = {
    find: async (tenant, wanted, more) => findByWords(tenant, { ...more, words: wanted }),
  };
  const pending = createSqlitePendingVectors({ db, writer, clock });
  return { path, db, clock, writer, facts, words, pending };
}

/** The same with all that the use cases need. */
export function openMemory(
  vectors: VectorPlace = 'nowhere',
  createMeanings?: (opened: OpenedFacts) => Meanings,
): OpenedFacts & { readonly deps: MemoryDeps } {
  const opened = openFacts(vectors);
  const deps: MemoryDeps = {
    ...opened,
    meanings: createMeanings?.(opened),
    oneAtATime: createOneAtATime(),
    newId: randomId,
    log: silentLogger,
  };
  return { ...opened, deps };
}

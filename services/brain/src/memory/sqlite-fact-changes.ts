import type { FactId, Tenant } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { createSqliteKeyStore, type SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { Correction, FactSource, NewFact } from './ports.ts';
import {
  createSqliteFactIndex,
  type SqliteFactIndex,
  type VectorPlace,
} from './sqlite-fact-index.ts';
import type { StoredFact } from './sqlite-fact-rows.ts';
import { createSqliteFactTable, type SqliteFactTable } from './sqlite-fact-table.ts';

interface ChangesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vectors: VectorPlace;
}

/**
 * The changes that facts may undergo, each in the transaction of the caller. Of a chain (a fact and all that it has
 * replaced) one fact at most holds, and only that one is known to the search.
 */
export interface SqliteFactChanges {
  add(tenant: Tenant, fact: Omit<NewFact, 'fence'>): StoredFact;
  correct(fact: StoredFact, correction: Omit<Correction, 'fence'>): StoredFact;
  restore(fact: StoredFact, source: FactSource): StoredFact;
  remove(fact: StoredFact): void;
}

export function createSqliteFactChanges({ db, clock, vectors }: ChangesDeps): SqliteFactChanges {
  const tools: Tools = {
    facts: createSqliteFactTable(db, clock),
    index: createSqliteFactIndex(db, vectors),
    keys: createSqliteKeyStore(db, clock),
  };
  return {
    add: (tenant, fact) => add(tools, tenant, fact),
    correct: (fact, correction) => correct(tools, fact, correction),
    restore: (fact, source) => restore(tools, fact, source),
    remove: (fact) => remove(tools, fact),
  };
}

interface Tools {
  readonly facts: SqliteFactTable;
  readonly index: SqliteFactIndex;
  readonly keys: SqliteKeyStore;
}

function add(tools: Tools, tenant: Tenant, fact: Omit<NewFact, 'fence'>): StoredFact {
  const { facts, index, keys } = tools;
  const known = facts.findByText(tenant, fact.text);
  if (fact.idempotency !== undefined) keys.remember(tenant, fact.idempotency, known?.id ?? fact.id);
  if (known !== undefined) return known;
  const old = fact.supersedes && facts.findHeld(tenant, fact.supersedes);
  const added = facts.insert(tenant, { ...fact, chain: old?.chain });
  if (old !== undefined) supersede(tools, old, added);
  index.learn(added, fact.embedded);
  facts.note(old === undefined ? 'stored' : 'corrected', added, {
    source: fact.source,
    replaced: old?.id,
    at: added.createdAt,
  });
  return added;
}

function correct(
  tools: Tools,
  fact: StoredFact,
  correction: Omit<Correction, 'fence'>,
): StoredFact {
  const { facts, index } = tools;
  const { newId: id, text, source, embedded, category = fact.category } = correction;
  const known = facts.findByText(fact.tenant, text);
  if (fact.supersededBy !== undefined) return heldInstead(tools, fact, known);
  if (known?.id === fact.id) return rewrite(tools, fact, { text, category, source });
  if (known?.supersededBy !== undefined) revive(tools, known, embedded);
  const { chain } = fact;
  const added = known ?? facts.insert(fact.tenant, { id, text, category, source, chain });
  // Unless it has just been replaced by what was revived.
  if (facts.get(fact.seq).supersededBy === undefined) supersede(tools, fact, added);
  if (known === undefined) index.learn(added, embedded);
  const now = facts.get(added.seq);
  facts.note('corrected', now, { source, replaced: fact.id });
  return now;
}

/** A correction that is made again finds what it has made; any other one is too late. */
function heldInstead(
  { facts }: Tools,
  { chain }: StoredFact,
  known: StoredFact | undefined,
): StoredFact {
  const holder = facts.findHolder(chain);
  if (holder !== undefined && holder.id === known?.id) return holder;
  throw new AppError(
    'CONFLICT',
    `this fact was replaced by ${holder?.id ?? 'another one'}: correct that one, or restore this one`,
    { reason: 'FACT_SUPERSEDED' },
  );
}

/** The same words, perhaps written otherwise, or of another category. */
function rewrite(
  { facts, index }: Tools,
  fact: StoredFact,
  { source, ...now }: Pick<NewFact, 'text' | 'category' | 'source'>,
): StoredFact {
  if (now.text === fact.text && now.category === fact.category) return fact;
  const rewritten = facts.rewrite(fact, now);
  index.learnWords(rewritten);
  facts.note('corrected', rewritten, { source });
  return rewritten;
}

function restore(tools: Tools, fact: StoredFact, source: FactSource): StoredFact {
  const { facts } = tools;
  if (fact.supersededBy === undefined) return fact;
  const replaced: FactId | undefined = facts.findHolder(fact.chain)?.id;
  const restored = revive(tools, fact);
  facts.note('restored', restored, { source, replaced });
  return restored;
}

/** Lets a fact hold that does not, instead of the one of its chain that does. */
function revive(tools: Tools, fact: StoredFact, embedded?: NewFact['embedded']): StoredFact {
  const holder = tools.facts.findHolder(fact.chain);
  if (holder !== undefined) supersede(tools, holder, fact);
  tools.facts.setSuperseded(fact, undefined);
  tools.index.learn(fact, embedded);
  return tools.facts.get(fact.seq);
}

/** Lets `fact` hold instead of `replaced`; both are of one chain from then on. */
function supersede({ facts, index }: Tools, replaced: StoredFact, fact: StoredFact): void {
  facts.setSuperseded(replaced, fact.id);
  index.forget(replaced);
  if (replaced.chain !== fact.chain) facts.joinChains(replaced.chain, fact.chain);
}

function remove({ facts, index }: Tools, fact: StoredFact): void {
  const gone = fact.supersededBy === undefined ? facts.listChain(fact.chain) : [fact];
  for (const each of gone) {
    index.forget(each);
    facts.drop(each);
  }
}

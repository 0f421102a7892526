import type { FactId, Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import type { FactImport, FactSource, FiledChange, FiledFact } from './ports.ts';
import {
  createSqliteFactIndex,
  type SqliteFactIndex,
  type VectorPlace,
} from './sqlite-fact-index.ts';
import type { StoredFact } from './sqlite-fact-rows.ts';
import { createSqliteFactTable, type SqliteFactTable } from './sqlite-fact-table.ts';

interface ImportDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'redact'>;
  readonly vectors: VectorPlace;
}

/** Begins to read in a file of facts. */
export type BeginImport = (tenant: Tenant, importer: FactSource) => FactImport;

export function createSqliteFactImport(deps: ImportDeps): BeginImport {
  const { db, writer, clock, secrets, vectors } = deps;
  const tools = {
    facts: createSqliteFactTable(db, clock),
    index: createSqliteFactIndex(db, vectors),
    redact: (text: string) => secrets.redact(text),
    now: () => clock.now(),
  };
  return (tenant, importer) => {
    const file: ReadFile = { ...tools, tenant, importer, local: new Map(), added: new Set() };
    return { add: (facts) => writer.write(() => addSome(file, facts)) };
  };
}

interface ReadFile {
  readonly facts: SqliteFactTable;
  readonly index: SqliteFactIndex;
  readonly redact: (text: string) => string;
  readonly now: () => number;
  readonly tenant: Tenant;
  readonly importer: FactSource;
  /** The facts that lines are here, by the ids of the lines. */
  readonly local: Map<FactId, FactId>;
  /** Those that were not here before. */
  readonly added: Set<FactId>;
}

function addSome(file: ReadFile, some: readonly FiledFact[]): number {
  const added: { readonly seq: number; readonly changes: FiledFact['changes'] }[] = [];
  for (const filed of some) {
    const { facts, tenant, local } = file;
    const known = facts.findByText(tenant, file.redact(filed.text));
    const fact = known ?? insert(file, filed);
    local.set(filed.id, fact.id);
    if (known === undefined) added.push({ seq: fact.seq, changes: filed.changes });
    else adopt(file, known, filed);
  }
  // When all of them have their places, and in the order in which it all has happened.
  noteAll(
    file,
    added.flatMap(({ seq, changes }) => changes.map((change) => ({ seq, change }))),
  );
  for (const { seq } of added.toReversed())
    file.facts.note('imported', file.facts.get(seq), { source: file.importer });
  return added.length;
}

function insert(file: ReadFile, filed: FiledFact): StoredFact {
  const { facts, index, tenant } = file;
  const by = findReplacing(file, filed);
  const fact = facts.insert(tenant, {
    id: facts.isTaken(filed.id) ? filed.spareId : filed.id,
    text: file.redact(filed.text),
    category: filed.category,
    source: filed.source,
    createdAt: Math.min(filed.createdAt ?? file.now(), file.now()),
    chain: by?.chain,
  });
  file.added.add(fact.id);
  if (filed.replacedBy === undefined) index.learn(fact, undefined);
  else facts.setSuperseded(fact, by?.id ?? toLocal(file, filed.replacedBy));
  return fact;
}

/** Has a fact that is known take its place in the file's order, unless what became of it here is another thing. */
function adopt(file: ReadFile, known: StoredFact, filed: FiledFact): void {
  const { facts, index } = file;
  const holder = filed.heldBy && facts.findHeld(file.tenant, toLocal(file, filed.heldBy));
  if (holder === undefined || holder.id === known.id) return;
  const by = findReplacing(file, filed);
  if (known.supersededBy === undefined) {
    const replacing = by !== undefined && by.chain === holder.chain ? by : holder;
    facts.setSuperseded(known, replacing.id);
    index.forget(known);
    facts.joinChains(known.chain, holder.chain);
    if (!file.added.has(replacing.id))
      facts.note('corrected', facts.get(replacing.seq), {
        source: file.importer,
        replaced: known.id,
      });
    return;
  }
  // It came with an earlier part of the file, which did not have what has replaced it.
  const isLoose = by?.id === known.supersededBy && by.chain !== known.chain;
  if (isLoose && facts.findHolder(known.chain) === undefined)
    facts.joinChains(known.chain, by.chain);
}

function findReplacing(file: ReadFile, { replacedBy }: FiledFact): StoredFact | undefined {
  return replacedBy && file.facts.find(file.tenant, toLocal(file, replacedBy));
}

function toLocal({ local }: ReadFile, id: FactId): FactId {
  return local.get(id) ?? id;
}

interface Noted {
  readonly seq: number;
  readonly change: FiledChange;
}

function noteAll(file: ReadFile, noted: readonly Noted[]): void {
  const { facts } = file;
  const inOrder = noted.toSorted(
    ({ change: one }, { change: other }) => one.at - other.at || one.place - other.place,
  );
  for (const { seq, change } of inOrder)
    facts.note(
      change.kind,
      { ...facts.get(seq), text: file.redact(change.text) },
      {
        source: change.source,
        replaced: change.replacedId && toLocal(file, change.replacedId),
        at: Math.min(change.at, file.now()),
      },
    );
}

import { FactId, type FactLine, type FactsImported, type Tenant } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { scopeOf } from '../principals/principal.ts';
import type { Fact, FactSource, FactStore } from './ports.ts';

/** Facts that share a transaction: it holds up nobody for longer than a message does. */
const CHUNK = 50;
/** Nobody has corrected one fact more often. */
const MOST_REPLACED = 100;

interface ImportDeps {
  readonly facts: Pick<FactStore, 'add' | 'correct'>;
  readonly newId: NewId;
}

interface Importer {
  readonly tenant: Tenant;
  readonly source: FactSource;
}

/**
 * Stores the facts of a file; one that is known stays as it is, so the same file may be handed in again. A line that
 * another one of the file has replaced becomes history of the one that holds.
 */
export async function importFacts(
  deps: ImportDeps,
  importer: Importer,
  lines: readonly FactLine[],
): Promise<FactsImported> {
  const stored = await addAll(deps, importer, lines);
  const holderOf = createHolderFinder(lines);
  for (const [line, { fact, isNew }] of stored) {
    const holder = holderOf(line);
    const held = holder && stored.get(holder);
    if (!isNew || holder === undefined || held?.fact.supersededBy !== undefined) continue;
    const newId = FactId.parse(deps.newId());
    const { source, tenant } = importer;
    await deps.facts.correct(scopeOf(tenant), fact.id, { newId, text: holder.text, source });
  }
  const imported = [...stored.values()].filter(({ isNew }) => isNew).length;
  return { imported, known: lines.length - imported };
}

interface ImportedLine {
  readonly fact: Fact;
  readonly isNew: boolean;
}

async function addAll(
  { facts, newId }: ImportDeps,
  { tenant, source }: Importer,
  lines: readonly FactLine[],
): Promise<ReadonlyMap<FactLine, ImportedLine>> {
  const stored = new Map<FactLine, ImportedLine>();
  const add = async (line: FactLine): Promise<void> => {
    const id = FactId.parse(newId());
    const { text, category } = line;
    const createdAt = line.created_at === undefined ? undefined : Date.parse(line.created_at);
    const fact = await facts.add(tenant, { id, text, category, source, createdAt });
    stored.set(line, { fact, isNew: fact.id === id });
  };
  for (let from = 0; from < lines.length; from += CHUNK)
    await Promise.all(lines.slice(from, from + CHUNK).map(add));
  return stored;
}

/** Finds the line that holds in the place of one that was replaced, perhaps more than once; undefined for one that holds. */
function createHolderFinder(lines: readonly FactLine[]): (line: FactLine) => FactLine | undefined {
  const byId = new Map(lines.flatMap((line) => (line.id === undefined ? [] : [[line.id, line]])));
  return (line) => {
    let holder: FactLine | undefined = line;
    for (let step = 0; step < MOST_REPLACED && holder?.superseded_by != null; step++)
      holder = byId.get(holder.superseded_by);
    return holder === line || holder?.superseded_by != null ? undefined : holder;
  };
}

import { createHash } from 'node:crypto';
import {
  FactId,
  type FactLine,
  type FactsImported,
  type FiledSource,
  type Tenant,
} from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { type PlannedLine, planImport } from './plan-import.ts';
import type { FactSource, FactStore, FiledChange, FiledFact } from './ports.ts';

/** Rows that share a transaction: it holds up nobody for longer than a message does. */
const ROWS = 40;

interface ImportDeps {
  readonly facts: Pick<FactStore, 'beginImport' | 'find'>;
  readonly newId: NewId;
}

interface Importer {
  readonly tenant: Tenant;
  readonly source: FactSource;
}

/**
 * Stores the facts of a file with their history. One that is known stays as it is, so the same file may be handed in
 * again, also after it was cut short: what was replaced in the file holds at no time, unless it held before.
 */
export async function importFacts(
  deps: ImportDeps,
  importer: Importer,
  lines: readonly FactLine[],
): Promise<FactsImported> {
  const toFiled = createFiler(deps, importer);
  const file = deps.facts.beginImport(importer.tenant, importer.source);
  let imported = 0;
  let some: FiledFact[] = [];
  let rows = 0;
  for (const line of planImport(lines).flat()) {
    const fact = toFiled(line);
    some.push(fact);
    rows += 1 + fact.changes.length;
    if (rows < ROWS) continue;
    imported += await file.add(some);
    some = [];
    rows = 0;
  }
  if (some.length > 0) imported += await file.add(some);
  return { imported, known: lines.length - imported };
}

/** Tells of lines as the store wants to hear of them. */
function createFiler(
  { facts, newId }: ImportDeps,
  { tenant, source: importer }: Importer,
): (planned: PlannedLine) => FiledFact {
  const made = new Map<PlannedLine, FactId>();
  const ownId = (planned: PlannedLine): FactId => {
    const id =
      made.get(planned) ?? FactId.parse(planned.id ? toFiledId(tenant, planned.id) : newId());
    made.set(planned, id);
    return id;
  };
  // What the file only names may be a fact that is here.
  const namedId = (id: string | null | undefined): FactId | undefined =>
    id == null || id === '' ? undefined : (facts.find(tenant, id)?.id ?? toFiledId(tenant, id));
  return (planned) => {
    const { line, heldBy } = planned;
    return {
      id: ownId(planned),
      spareId: FactId.parse(newId()),
      text: line.text,
      category: line.category,
      source: line.source === undefined ? importer : toSource(line.source),
      createdAt: line.created_at === undefined ? undefined : Date.parse(line.created_at),
      replacedBy: namedId(line.superseded_by),
      heldBy: heldBy && ownId(heldBy),
      changes: toChanges(planned, namedId),
    };
  };
}

/** A file that tells who said a fact and not what became of it is taken to tell that all the same. */
function toChanges(
  { line, number, replaced }: PlannedLine,
  namedId: (id: string | null | undefined) => FactId | undefined,
): readonly FiledChange[] {
  if (line.history === undefined && line.source === undefined) return [];
  if (line.history === undefined) {
    const [first] = replaced;
    const kind = first === undefined ? 'stored' : 'corrected';
    const told = { kind, text: line.text, place: number } as const;
    // Without a time it was now, and nothing of a file is later.
    const at =
      line.created_at === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(line.created_at);
    return [{ ...told, replacedId: namedId(first?.id), source: toSource(line.source), at }];
  }
  return line.history.map(({ replaced_id, at, ...change }) => ({
    ...change,
    replacedId: namedId(replaced_id),
    source: toSource(change.source),
    at: Date.parse(at),
  }));
}

/** Nobody in particular is a person. */
function toSource(source: FiledSource | undefined): FactSource {
  const { kind = 'user', name, run_id: runId } = source ?? {};
  return { kind, name: name ?? undefined, runId: runId ?? undefined };
}

/**
 * The id that a line's fact has here: the same one every time, and none by which anybody could learn what ids there are
 * elsewhere.
 */
function toFiledId({ org, user }: Tenant, id: string): FactId {
  const hash = createHash('sha256')
    .update(JSON.stringify(['filed', org, user, id]))
    .digest('hex');
  const parts = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
  ];
  return FactId.parse([...parts, hash.slice(20, 32)].join('-'));
}

import { FactCategory, FactId, OrgId, RunId, UserId } from '@bakerst/contracts';
import { z } from 'zod';
import type { Fact, FactChange, FactSource } from './ports.ts';

const SourceRow = z.object({
  source: z.enum(['user', 'model', 'service']),
  source_name: z.string().nullable(),
  run_id: RunId.nullable(),
});

const FactRow = SourceRow.extend({
  seq: z.int(),
  id: FactId,
  org_id: OrgId,
  user_id: UserId,
  text: z.string(),
  category: FactCategory,
  created_at: z.int(),
  chain: z.int(),
  superseded_by: FactId.nullable(),
});

const ChangeRow = SourceRow.extend({
  kind: z.enum(['stored', 'corrected', 'restored', 'imported']),
  fact_id: FactId,
  text: z.string(),
  replaced_id: FactId.nullable(),
  at: z.int(),
});

/** A fact with what only the store needs to know. */
export interface StoredFact extends Fact {
  readonly chain: number;
}

export function toFact(value: unknown): StoredFact {
  const row = FactRow.parse(value);
  return {
    seq: row.seq,
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    text: row.text,
    category: row.category,
    source: toSource(row),
    createdAt: row.created_at,
    supersededBy: row.superseded_by ?? undefined,
    chain: row.chain,
  };
}

export function toKnownFact(value: unknown): StoredFact | undefined {
  return value === undefined ? undefined : toFact(value);
}

export function toChange(value: unknown): FactChange {
  const row = ChangeRow.parse(value);
  return {
    kind: row.kind,
    factId: row.fact_id,
    text: row.text,
    replacedId: row.replaced_id ?? undefined,
    source: toSource(row),
    at: row.at,
  };
}

/** The columns of a source. */
export function toSourceColumns({ kind, name, runId }: FactSource) {
  return { source: kind, sourceName: name ?? null, runId: runId ?? null };
}

function toSource({ source, source_name, run_id }: z.infer<typeof SourceRow>): FactSource {
  return { kind: source, name: source_name ?? undefined, runId: run_id ?? undefined };
}

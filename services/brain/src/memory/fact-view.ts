import type { FactChangeView, FactView, StoredFactView } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { toIso } from '../http/to-iso.ts';
import type { Principal } from '../principals/principal.ts';
import type { Fact, FactChange, FactSource } from './ports.ts';
import type { StoredFact } from './store-fact.ts';

export function toFactView({ id, tenant, text, category, ...fact }: Fact): FactView {
  return {
    id,
    user_id: tenant.user,
    text,
    category,
    source: toSourceView(fact.source),
    created_at: toIso(fact.createdAt),
    superseded_by: fact.supersededBy ?? null,
  };
}

export function toStoredView({ fact, similar }: StoredFact): StoredFactView {
  return { ...toFactView(fact), similar: similar.map(({ id, text }) => ({ id, text })) };
}

export function toChangeView({ kind, factId, text, ...change }: FactChange): FactChangeView {
  return {
    kind,
    fact_id: factId,
    text,
    replaced_id: change.replacedId ?? null,
    source: toSourceView(change.source),
    at: toIso(change.at),
  };
}

function toSourceView({ kind, name, runId }: FactSource): FactView['source'] {
  return { kind, name: name ?? null, run_id: runId ?? null };
}

/** Whoever has this credential said it. */
export function toSource(principal: Principal): FactSource {
  switch (principal.kind) {
    case 'user':
      return { kind: 'user' };
    case 'service':
      return { kind: 'service', name: principal.name };
    case 'super':
    case 'org_admin':
      return { kind: 'service', name: principal.kind };
    default:
      return principal satisfies never;
  }
}

export function unknownFact(): AppError {
  return new AppError('NOT_FOUND', 'there is no such fact', { reason: 'FACT_NOT_FOUND' });
}

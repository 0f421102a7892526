import { type FactCategory, FactId } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import type { Scope } from '../principals/principal.ts';
import type { RunFence } from '../runs/run.ts';
import { type EmbedTextDeps, embedText, tellIndex } from './embed-text.ts';
import type { Fact, FactSource, FactStore } from './ports.ts';

export interface CorrectFactDeps extends EmbedTextDeps {
  readonly facts: Pick<FactStore, 'correct' | 'find'>;
  readonly newId: NewId;
}

export interface WantedCorrection {
  readonly text: string;
  readonly category?: FactCategory | undefined;
  readonly source: FactSource;
  readonly fence?: RunFence | undefined;
}

/** Puts a new text in the place of a fact. Undefined when there is none; throws AppError CONFLICT, reason FACT_SUPERSEDED. */
export async function correctFact(
  deps: CorrectFactDeps,
  { scope, id }: { readonly scope: Scope; readonly id: string },
  wanted: WantedCorrection,
): Promise<Fact | undefined> {
  const known = deps.facts.find(scope, id);
  if (known === undefined) return undefined;
  const embedded = await embedText(deps, known.tenant, wanted.text);
  const newId = FactId.parse(deps.newId());
  const fact = await deps.facts.correct(scope, id, { ...wanted, newId, embedded });
  if (fact?.id === newId) await tellIndex(deps, fact, embedded);
  return fact;
}

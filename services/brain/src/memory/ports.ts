import type { FactCategory, FactId, RunId, Tenant } from '@bakerst/contracts';
import type { RunFence } from '../runs/run.ts';

export interface Fact {
  readonly id: FactId;
  readonly text: string;
  readonly category: FactCategory;
  readonly createdAt: number;
}

export interface NewFact {
  readonly id: FactId;
  readonly text: string;
  readonly category: FactCategory;
  /** Who said so. */
  readonly source: 'model' | 'mcp';
  readonly runId?: RunId;
  /** Of the run that remembers: one that was taken over stores nothing. */
  readonly fence?: RunFence;
}

export interface FactStore {
  /** Stores a fact; the same words again are the fact that is there already. Throws AppError UNAVAILABLE, reason FENCED. */
  add(tenant: Tenant, fact: NewFact): Promise<Fact>;
  /** Facts that hold one of these words, the best first. */
  search(tenant: Tenant, words: readonly string[], limit: number): readonly Fact[];
}

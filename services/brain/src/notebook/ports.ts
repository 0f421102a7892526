import type { Tenant } from '@bakerst/contracts';
import type { RunFence } from '../runs/run.ts';

/** A part of a user's notebook. */
export interface Section {
  readonly name: string;
  readonly content: string;
  readonly isPinned: boolean;
  readonly createdAt: number;
  /** Of its content; later than any before. */
  readonly updatedAt: number;
}

/** What a notebook is to become. */
export interface NotebookChange {
  readonly put: readonly Section[];
  /** Names. */
  readonly remove: readonly string[];
}

/** A change that a run makes. */
export interface RunChange {
  readonly fence: RunFence;
  /** Which call of which run: made again it changes nothing, for somebody else may have written since. */
  readonly once: string;
}

export interface NotebookStore {
  /** Pinned ones first, then in the order in which they were made. */
  read(tenant: Tenant): readonly Section[];
  /**
   * Makes the notebook what `decide` says; it is asked in the transaction, so that no two changes are built on the same
   * state, and what it throws undoes all. Makes the user too. Throws AppError UNAVAILABLE, reason FENCED.
   */
  change(
    tenant: Tenant,
    decide: (present: readonly Section[]) => NotebookChange,
    by?: RunChange,
  ): Promise<readonly Section[]>;
}

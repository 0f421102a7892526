import type { Usage } from '@bakerst/contracts';
import type { Scope } from '../principals/principal.ts';

export type UsageKey = 'day' | 'user' | 'model';

export interface UsageSum extends Usage {
  /** Day (UTC), user or model; undefined where no model is known. */
  readonly key: string | undefined;
  readonly runs: number;
  readonly costUsd: number;
  /** Uses whose model has no price. */
  readonly unpriced: number;
}

export interface UsageReader {
  /** Sums over what began at `from` or later and before `to` (epoch ms), in the order of the keys. */
  sum(
    scope: Scope,
    by: UsageKey,
    span: { readonly from: number; readonly to: number },
  ): readonly UsageSum[];
}

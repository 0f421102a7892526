import type { Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { type FindFactsDeps, findFacts } from './find-facts.ts';
import type { Fact } from './ports.ts';

/** Facts that go into the prompt. */
const RECALLED = 5;
/** A person does not wait longer for what may not even matter. */
const PATIENCE_MS = 2_000;

/** What is remembered that may matter for a message; never throws: without memories there is still an answer. */
export type RecallFacts = (tenant: Tenant, message: string) => Promise<readonly Fact[]>;

export function createRecall(
  deps: FindFactsDeps & { readonly clock: Pick<Clock, 'after'> },
): RecallFacts {
  return async (tenant, message) => {
    const { promise: late, resolve } = Promise.withResolvers<readonly Fact[]>();
    using _deadline = deps.clock.after(PATIENCE_MS, () => resolve([]));
    const found = findFacts(deps, tenant, { query: message, limit: RECALLED }).catch(
      (err: unknown) => {
        const fields = { err, orgId: tenant.org, userId: tenant.user };
        deps.log.warn(fields, 'recall failed, answering without memories');
        return [];
      },
    );
    return await Promise.race([found, late]);
  };
}

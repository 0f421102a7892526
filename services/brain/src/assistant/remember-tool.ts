import { FactCategory, FactText } from '@bakerst/contracts';
import { z } from 'zod';
import { toSource, toStoredView } from '../memory/fact-view.ts';
import { type StoreFactDeps, storeFact } from '../memory/store-fact.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import { NamedUser } from './named-user.ts';
import type { AssistantTool } from './ports.ts';

export interface RememberToolDeps extends StoreFactDeps {
  readonly resolve: ResolveDeps;
}

const RememberArguments = z.strictObject({
  text: FactText.describe('One sentence that is true by itself.'),
  category: FactCategory.default('general'),
  ...NamedUser,
});

/** Has the assistant remember something. */
export function createRememberTool(
  deps: RememberToolDeps,
): AssistantTool<typeof RememberArguments> {
  return {
    name: 'remember',
    description:
      'Has the assistant remember a fact about this person. The same words again change nothing.',
    schema: RememberArguments,
    annotations: { readOnlyHint: false, idempotentHint: true },
    async call({ text, category, ...named }, { principal }) {
      const tenant = resolveTenant(deps.resolve, principal, named);
      const source = toSource(principal);
      return toStoredView(await storeFact(deps, tenant, { text, category, source }));
    },
  };
}

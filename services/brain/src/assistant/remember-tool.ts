import { FactCategory, FactId, FactText } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { z } from 'zod';
import { toFactView } from '../memory/fact-view.ts';
import type { FactStore } from '../memory/ports.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import { NamedUser } from './named-user.ts';
import type { AssistantTool } from './ports.ts';

export interface RememberToolDeps {
  readonly facts: FactStore;
  readonly resolve: ResolveDeps;
  readonly newId: NewId;
}

const RememberArguments = z.strictObject({
  text: FactText.describe('One sentence that is true by itself.'),
  category: FactCategory.default('general'),
  ...NamedUser,
});

/** Has the assistant remember something. */
export function createRememberTool({
  facts,
  resolve,
  newId,
}: RememberToolDeps): AssistantTool<typeof RememberArguments> {
  return {
    name: 'remember',
    description:
      'Has the assistant remember a fact about this person. The same words again change nothing.',
    schema: RememberArguments,
    annotations: { readOnlyHint: false, idempotentHint: true },
    async call({ text, category, ...named }, { principal }) {
      const tenant = resolveTenant(resolve, principal, named);
      const id = FactId.parse(newId());
      return toFactView(await facts.add(tenant, { id, text, category, source: 'mcp' }));
    },
  };
}

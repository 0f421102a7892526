import { z } from 'zod';
import { toSnippet, toWords } from '../conversations/find-words.ts';
import type { MessageSearch } from '../conversations/ports.ts';
import { toFactView } from '../memory/fact-view.ts';
import { type FindFactsDeps, findFacts } from '../memory/find-facts.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import { NamedUser } from './named-user.ts';
import type { AssistantTool } from './ports.ts';

export interface RecallToolDeps extends FindFactsDeps {
  readonly search: MessageSearch;
  readonly resolve: ResolveDeps;
}

const MAX_FOUND = 50;

const RecallArguments = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(1_000)
    .describe('Words: of facts one will do, of what was said all must be there.'),
  limit: z.int().min(1).max(MAX_FOUND).default(10),
  ...NamedUser,
});

/** Finds what was remembered, and what was said in earlier conversations. */
export function createRecallTool(deps: RecallToolDeps): AssistantTool<typeof RecallArguments> {
  return {
    name: 'recall',
    description:
      'Finds what the assistant remembers, best first, and what was said in earlier conversations, newest first.',
    schema: RecallArguments,
    annotations: { readOnlyHint: true },
    async call({ query, limit, ...named }, { principal }) {
      const tenant = resolveTenant(deps.resolve, principal, named);
      const words = toWords(query);
      const found =
        words.length === 0
          ? []
          : await deps.search.search(tenant, words, { before: undefined, limit });
      const facts = await findFacts(deps, tenant, { query, limit });
      return {
        facts: facts.map(toFactView),
        found: found.map(({ conversationId, title, message }) => ({
          conversation_id: conversationId,
          title: title ?? null,
          role: message.role,
          said_at: new Date(message.createdAt).toISOString(),
          text: toSnippet(message.content, words).snippet,
        })),
      };
    },
  };
}

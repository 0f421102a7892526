import type { Tool } from '@bakerst/agent';
import { FactCategory } from '@bakerst/contracts';

type Definition = Tool['definition'];

const text = { type: 'string' };
const category = { type: 'string', enum: FactCategory.options };

export const MEMORY_STORE: Definition = {
  name: 'memory_store',
  description:
    'Remembers a fact about this person for later conversations: one short sentence that is true by itself. Only what the person wants remembered or will matter again. Facts that say nearly the same come back as `similar`: if this one is to take the place of one of them, call memory_correct. One that comes back with `superseded_by` was corrected since: it does not hold, unless you correct that one.',
  inputSchema: {
    type: 'object',
    properties: { text, category: { ...category, default: 'general' } },
    required: ['text'],
    additionalProperties: false,
  },
};

export const MEMORY_SEARCH: Definition = {
  name: 'memory_search',
  description: 'Looks up what was remembered about this person, best first.',
  inputSchema: {
    type: 'object',
    properties: {
      query: text,
      category,
      limit: { type: 'integer', minimum: 1, maximum: 50, default: 5 },
    },
    required: ['query'],
    additionalProperties: false,
  },
};

export const MEMORY_CORRECT: Definition = {
  name: 'memory_correct',
  description:
    'Puts what is true now in the place of a remembered fact, by its id: the whole sentence anew. The old one is not found any more.',
  inputSchema: {
    type: 'object',
    properties: { id: text, text, category },
    required: ['id', 'text'],
    additionalProperties: false,
  },
};

export const MEMORY_DELETE: Definition = {
  name: 'memory_delete',
  description:
    'Forgets a remembered fact for good, by its id, with all that it has replaced. Only when the person wants it forgotten; what has changed is corrected.',
  inputSchema: {
    type: 'object',
    properties: { id: text },
    required: ['id'],
    additionalProperties: false,
  },
};

/** What the model is told of the tools by which it remembers. */
export const MEMORY_DEFINITIONS: readonly Definition[] = [
  MEMORY_STORE,
  MEMORY_SEARCH,
  MEMORY_CORRECT,
  MEMORY_DELETE,
];

import { refuseInput, type Tool } from '@bakerst/agent';
import { FactCategory, FactId, FactText } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { z } from 'zod';
import { toWords } from '../conversations/find-words.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import { toFactView } from './fact-view.ts';
import type { FactStore } from './ports.ts';

const FOUND = 10;

const StoreInput = z.object({ text: FactText, category: FactCategory.default('general') });
const SearchInput = z.object({ query: z.string().max(1_000) });

/** What the model is told of the tool. */
export const MEMORY_STORE: Tool['definition'] = {
  name: 'memory_store',
  description:
    'Remembers a fact about this person for later conversations: one short sentence that is true by itself. Only what the person wants remembered or will matter again.',
  inputSchema: {
    type: 'object',
    properties: {
      text: { type: 'string' },
      category: { type: 'string', enum: FactCategory.options, default: 'general' },
    },
    required: ['text'],
    additionalProperties: false,
  },
};

/** What the model is told of the tool. */
export const MEMORY_SEARCH: Tool['definition'] = {
  name: 'memory_search',
  description: 'Looks up what was remembered about this person, by words.',
  inputSchema: {
    type: 'object',
    properties: { query: { type: 'string' } },
    required: ['query'],
    additionalProperties: false,
  },
};

export interface MemoryToolsDeps {
  readonly facts: FactStore;
  readonly newId: NewId;
}

/** The tools by which the model remembers. The same words are the same fact, so a call may be made again. */
export function createMemoryTools(
  { facts, newId }: MemoryToolsDeps,
  { run, fence }: ActiveRun,
): readonly Tool[] {
  return [
    {
      definition: MEMORY_STORE,
      async run(input, call) {
        const parsed = StoreInput.safeParse(input);
        if (!parsed.success) return refuseInput(input, parsed.error);
        await call.recorded;
        const id = FactId.parse(newId());
        const told = { ...parsed.data, id, source: 'model' as const, runId: run.id, fence };
        const fact = await facts.add(run.tenant, told);
        return { text: JSON.stringify(toFactView(fact)), isError: false };
      },
    },
    {
      definition: MEMORY_SEARCH,
      async run(input) {
        const parsed = SearchInput.safeParse(input);
        if (!parsed.success) return refuseInput(input, parsed.error);
        const found = facts.search(run.tenant, toWords(parsed.data.query), FOUND);
        return { text: JSON.stringify({ facts: found.map(toFactView) }), isError: false };
      },
    },
  ];
}

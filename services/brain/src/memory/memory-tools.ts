import {
  failedAnswer,
  refuseInput,
  type Tool,
  type ToolAnswer,
  type ToolCall,
} from '@bakerst/agent';
import { FactCategory, FactText } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { scopeOf } from '../principals/principal.ts';
import type { Run, RunFence } from '../runs/run.ts';
import { type CorrectFactDeps, correctFact } from './correct-fact.ts';
import { toFactView, toStoredView } from './fact-view.ts';
import { type FindFactsDeps, findFacts } from './find-facts.ts';
import {
  MEMORY_CORRECT,
  MEMORY_DELETE,
  MEMORY_SEARCH,
  MEMORY_STORE,
} from './memory-definitions.ts';
import type { FactSource, FactStore } from './ports.ts';
import { type StoreFactDeps, storeFact } from './store-fact.ts';

const MAX_FOUND = 50;
const Id = z.string().max(128);

const StoreInput = z.object({ text: FactText, category: FactCategory.default('general') });
const SearchInput = z.object({
  query: z.string().max(1_000),
  category: FactCategory.optional(),
  limit: z.int().min(1).max(MAX_FOUND).default(5),
});
const CorrectInput = z.object({ id: Id, text: FactText, category: FactCategory.optional() });
const DeleteInput = z.object({ id: Id });

export interface MemoryDeps extends StoreFactDeps, CorrectFactDeps, FindFactsDeps {
  readonly facts: FactStore;
}

/** The run that a model remembers in. */
interface RememberingRun {
  readonly run: Pick<Run, 'id' | 'tenant'>;
  readonly fence: RunFence;
}

/**
 * The tools by which the model remembers. Each may be called again for the same place: the same words are the same fact,
 * a correction that was made is found, and what was forgotten is not there.
 */
export function createMemoryTools(
  deps: MemoryDeps,
  { run, fence }: RememberingRun,
): readonly Tool[] {
  const { tenant } = run;
  const scope = scopeOf(tenant);
  const source: FactSource = { kind: 'model', runId: run.id };
  return [
    toTool(MEMORY_STORE, StoreInput, async (told, call) => {
      await call.recorded;
      return toStoredView(await storeFact(deps, tenant, { ...told, source, fence }));
    }),
    toTool(MEMORY_SEARCH, SearchInput, async (query) => {
      const found = await findFacts(deps, tenant, query);
      return { facts: found.map(toFactView) };
    }),
    toTool(MEMORY_CORRECT, CorrectInput, async ({ id, ...told }, call) => {
      await call.recorded;
      const fact = await correctFact(deps, { scope, id }, { ...told, source, fence });
      return fact === undefined ? undefined : toFactView(fact);
    }),
    toTool(MEMORY_DELETE, DeleteInput, async ({ id }, call) => {
      await call.recorded;
      return { deleted: await deps.facts.remove(scope, id, fence) };
    }),
  ];
}

/** A tool that answers with JSON; undefined stands for a fact that is not there. */
function toTool<Input extends z.ZodType>(
  definition: Tool['definition'],
  schema: Input,
  work: (input: z.output<Input>, call: ToolCall) => Promise<object | undefined>,
): Tool {
  return {
    definition,
    async run(input, call): Promise<ToolAnswer> {
      const parsed = schema.safeParse(input);
      if (!parsed.success) return refuseInput(input, parsed.error);
      try {
        const answer = await work(parsed.data, call);
        if (answer === undefined) return failedAnswer('there is no fact with this id');
        return { text: JSON.stringify(answer), isError: false };
      } catch (err) {
        if (err instanceof AppError && err.reason === 'FACT_SUPERSEDED')
          return failedAnswer(err.message);
        throw err;
      }
    },
  };
}

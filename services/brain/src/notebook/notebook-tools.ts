import { failedAnswer, refuseInput, type Tool, type ToolAnswer } from '@bakerst/agent';
import type { Tenant } from '@bakerst/contracts';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { z } from 'zod';
import type { UserChanges } from '../events/ports.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import { sizeOf, toDocument, toPercent } from './document.ts';
import { type WrittenSections, writeSections } from './notebook-rules.ts';
import type { NotebookChange, NotebookStore, RunChange, Section } from './ports.ts';
import { readWantedSections, type WantedSections } from './read-wanted-sections.ts';

const ReadInput = z.object({
  sections: z
    .array(z.string().max(200))
    .min(1, 'sections must not be empty: leave it out for the whole notebook')
    .max(50)
    .optional(),
});

/** What the model is told of the tool. */
export const READ_MEMORY: Tool['definition'] = {
  name: 'read_memory',
  description:
    "Reads this person's notebook: the sections that are named, or the whole of it. Sections that are not there are left out of the answer.",
  inputSchema: {
    type: 'object',
    properties: {
      sections: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        maxItems: 50,
        description: 'Names as in the table of contents.',
      },
    },
    additionalProperties: false,
  },
};

/** What the model is told of the tool. */
export const UPDATE_MEMORY: Tool['definition'] = {
  name: 'update_memory',
  description:
    "Writes sections of this person's notebook: each text replaces the whole section of that name, or makes it; null deletes it. Read a section before you change it.",
  inputSchema: {
    type: 'object',
    properties: {
      sections: {
        type: 'object',
        additionalProperties: { type: ['string', 'null'] },
        minProperties: 1,
        maxProperties: 50,
        description: 'Markdown by the names of sections, without their headings.',
      },
    },
    required: ['sections'],
    additionalProperties: false,
  },
};

export interface NotebookToolsDeps {
  readonly notebook: NotebookStore;
  readonly changes: UserChanges;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** The tools by which the model reads and writes the notebook. A call that is made again, after a restart, writes nothing again. */
export function createNotebookTools(
  deps: NotebookToolsDeps,
  { run, fence }: ActiveRun,
): readonly Tool[] {
  const { notebook, log } = deps;
  return [
    {
      definition: READ_MEMORY,
      async run(input) {
        const parsed = ReadInput.safeParse(input);
        if (!parsed.success) return refuseInput(input, parsed.error);
        return toReading(notebook, run.tenant, parsed.data.sections);
      },
    },
    {
      definition: UPDATE_MEMORY,
      async run(input, call) {
        const read = readWantedSections(input);
        if (typeof read === 'string') return failedAnswer(read);
        if (read.wasText) log.warn({ runId: run.id }, 'sections of a notebook came as a text');
        await call.recorded;
        const once = `${run.id}.${call.place.turn}.${call.place.index}`;
        return await update(deps, { tenant: run.tenant, fence, once }, read.wanted);
      },
    },
  ];
}

async function update(
  { notebook, changes, clock }: NotebookToolsDeps,
  { tenant, ...by }: RunChange & { readonly tenant: Tenant },
  wanted: WantedSections['wanted'],
): Promise<ToolAnswer> {
  // Of a call that is made again it is known what it was to do.
  const names = [...wanted.keys()];
  let done: Pick<WrittenSections, 'updated' | 'deleted'> = {
    updated: names.filter((name) => wanted.get(name) !== null),
    deleted: names.filter((name) => wanted.get(name) === null),
  };
  const decide = (present: readonly Section[]): NotebookChange => {
    const { updated, deleted, ...change } = writeSections(present, wanted, clock.now());
    done = { updated, deleted };
    return change;
  };
  try {
    const sections = await notebook.change(tenant, decide, by);
    changes.tell(tenant, { type: 'notebook' });
    const totalSizeBytes = sizeOf(sections);
    const capacityPercent = toPercent(totalSizeBytes);
    return answer({ ...done, evicted: [], totalSizeBytes, capacityPercent });
  } catch (err) {
    // The model can make room; whatever else went wrong ends the run.
    if (err instanceof AppError && err.reason === 'NOTEBOOK_FULL') return failedAnswer(err.message);
    throw err;
  }
}

function toReading(
  notebook: NotebookStore,
  tenant: Tenant,
  names: readonly string[] | undefined,
): ToolAnswer {
  const sections = notebook.read(tenant);
  const total = sizeOf(sections);
  const sizes = { total_size_bytes: total, capacityPercent: toPercent(total) };
  if (names === undefined) return answer({ content: toDocument(sections), ...sizes });
  const wanted = new Set(names.map((name) => name.trim()));
  const found = sections.filter(({ name }) => wanted.has(name));
  const texts = Object.fromEntries(found.map(({ name, content }) => [name, content]));
  return answer({ sections: texts, ...sizes });
}

function answer(told: object): ToolAnswer {
  return { text: JSON.stringify(told), isError: false };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FactCategory } from '@bakerst/contracts';
import { z } from 'zod';

const CorpusFact = z.strictObject({
  id: z.string(),
  category: FactCategory,
  text: z.string(),
  /** Id of the fact before it that this one corrects. */
  corrects: z.string().optional(),
});
type CorpusFact = z.infer<typeof CorpusFact>;

const CorpusQuestion = z.strictObject({
  /** `words`: it shares a content word with its fact; `paraphrase`: it shares none. */
  group: z.enum(['words', 'paraphrase']),
  question: z.string(),
  /** Id of the fact that answers it. */
  fact: z.string(),
});
export type CorpusQuestion = z.infer<typeof CorpusQuestion>;

export interface Corpus {
  readonly facts: readonly CorpusFact[];
  readonly questions: readonly CorpusQuestion[];
  /** Words that mean the same, one group a line; the first one stands for all. */
  readonly synonyms: readonly (readonly string[])[];
}

/** What a household with a homelab has its assistant remember, and what it asks. */
export function readCorpus(): Corpus {
  return {
    facts: readLines('facts.jsonl').map((line) => CorpusFact.parse(JSON.parse(line))),
    questions: readLines('questions.jsonl').map((line) => CorpusQuestion.parse(JSON.parse(line))),
    synonyms: readLines('synonyms.txt').map((line) => line.split(' ')),
  };
}

function readLines(name: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, 'corpus', name), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

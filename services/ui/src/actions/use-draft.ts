import { useState } from 'react';
import { type Field, type Problem, type Read, toRefusal } from './problem.ts';

interface DraftOptions<Draft, Body> {
  readonly start: Draft;
  readonly read: (draft: Draft) => Read<Body>;
  readonly save: (body: Body) => void;
  /** How saving stands. */
  readonly saving: { readonly error: unknown; readonly isPending: boolean };
}

/** What is written in a form, what is wrong with it, and how it is saved. */
export function useDraft<Draft, Body>({ start, read, save, saving }: DraftOptions<Draft, Body>) {
  const [draft, setDraft] = useState(start);
  const [mistake, setMistake] = useState<Problem>();
  const problem = mistake ?? toRefusal(saving.error);
  return {
    draft,
    set(part: Partial<Draft>): void {
      setMistake(undefined);
      setDraft((before) => ({ ...before, ...part }));
    },
    problemOf: (field: Field): string | undefined =>
      problem?.field === field ? problem.message : undefined,
    form: {
      isSaving: saving.isPending,
      error: problem === undefined ? saving.error : undefined,
      onSave(): void {
        const { value, problem: wrong } = read(draft);
        setMistake(wrong);
        if (value !== undefined) save(value);
      },
    },
  };
}

/** Of the fields of a form, whatever they are saved as. */
export interface FieldsProps<Draft> {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
  readonly problemOf: (field: Field) => string | undefined;
}

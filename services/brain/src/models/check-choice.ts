import { AppError } from '@bakerst/kit';
import type { PromptFiles } from '../prompts/ports.ts';
import type { ModelChoices } from './model-choices.ts';

export interface ChoiceDeps {
  readonly files: Pick<PromptFiles, 'findPersona' | 'listPersonas'>;
  readonly models: Pick<ModelChoices, 'find' | 'list'>;
}

interface Choice {
  readonly persona?: string | null | undefined;
  readonly model?: string | null | undefined;
}

/** Throws AppError VALIDATION_ERROR, reason UNKNOWN_PERSONA or UNKNOWN_MODEL, that names those that there are. */
export function checkChoice({ files, models }: ChoiceDeps, { persona, model }: Choice): void {
  if (typeof persona === 'string' && files.findPersona(persona) === undefined)
    throw unknown(
      'persona',
      files.listPersonas().map(({ name }) => name),
    );
  if (typeof model === 'string' && models.find(model) === undefined)
    throw unknown(
      'model',
      models.list().map(({ id }) => id),
    );
}

function unknown(what: 'persona' | 'model', known: readonly string[]): AppError {
  const there = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  return new AppError('VALIDATION_ERROR', `there is no such ${what}: ${there}`, {
    reason: `UNKNOWN_${what.toUpperCase()}`,
  });
}

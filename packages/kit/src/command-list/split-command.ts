import { AppError } from '../app-error.ts';

const QUOTED = /'([^']*)'|"([^"]*)"/g;
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g;

/**
 * Splits a command line into its words. Quotes, single or double, keep a word together and are taken off; nothing else
 * is special, for there is no shell. Throws AppError VALIDATION_ERROR for a quote that is not closed.
 */
export function splitCommand(line: string): readonly string[] {
  if (/['"]/.test(line.replaceAll(QUOTED, '')))
    throw new AppError('VALIDATION_ERROR', 'the command has a quote that is not closed', {
      reason: 'INVALID_JOB',
    });
  return (line.match(WORD) ?? []).map((word) => word.replaceAll(QUOTED, '$1$2'));
}

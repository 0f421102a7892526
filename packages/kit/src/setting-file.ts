import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { StartError } from './start-error.ts';

/** Reads a file of JSON that a person has written; undefined without it. Throws StartError that says where it is wrong. */
export function readSettingFile<T extends z.ZodType>(
  path: string,
  schema: T,
): z.output<T> | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new StartError(`${path} cannot be used: ${why}`, { cause });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

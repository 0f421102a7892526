import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelCatalogue } from '@bakerst/agent';
import { StartError } from '@bakerst/kit';

/** Reads MODELS.json; throws StartError that says where it is wrong. */
export function loadCatalogue(operatingSystemDir: string): ModelCatalogue {
  const path = join(operatingSystemDir, 'MODELS.json');
  try {
    return ModelCatalogue.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw wrongCatalogue(path, cause);
  }
}

function wrongCatalogue(path: string, cause: unknown): StartError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StartError(`${path} cannot be used: ${why}`, { cause });
}

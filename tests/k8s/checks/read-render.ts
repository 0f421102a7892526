import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** A render as it is kept in the repository. */
export async function readKept(name: string): Promise<string> {
  return await readFile(join(ROOT, 'tests/k8s/renders', `${name}.yaml`), 'utf8');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SecretKey {
  readonly secret: string;
  readonly key: string;
  readonly source: string;
}

/** The Secrets of the cluster as scripts/secrets.sh makes them. */
export function readSecretKeys(): readonly SecretKey[] {
  return readFileSync(join(import.meta.dirname, 'secret-keys.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [secret = '', key = '', source = ''] = line.split(/\s+/);
      return { secret, key, source };
    });
}

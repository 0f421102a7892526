import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version in package.json. */
export function readProductVersion(root: string): string {
  const described: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const hasVersion = typeof described === 'object' && described !== null && 'version' in described;
  return hasVersion ? String(described.version) : 'unknown';
}

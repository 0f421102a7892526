import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PACKAGES = join(import.meta.dirname, '../packages');
/** What a browser can load, by how its name begins. */
const FOR_BROWSERS =
  /^(\.\.?\/|zod$|eventsource-parser$|@bakerst\/(client|contracts)(\/[a-z-]+)?$)/;
const IMPORT = /(?:from|import\()\s*'([^']+)'/g;
/** Of Node alone. */
const GLOBALS = /\b(process\.|Buffer\.|__dirname|require\(|setImmediate\()/;

function listSources(name: string): readonly string[] {
  return readdirSync(join(PACKAGES, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(PACKAGES, name, 'src', file));
}

test.each(['contracts', 'client', 'commands'])('%s needs nothing but a browser', (name) => {
  const files = listSources(name);
  expect(files.length).toBeGreaterThan(5);
  const strange = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const imports = [...text.matchAll(IMPORT)].map(([, from = '']) => from);
    const wrong = imports.filter((from) => !FOR_BROWSERS.test(from));
    return [...wrong, ...(GLOBALS.exec(text) ?? []).slice(0, 1)].map((what) => ({ file, what }));
  });
  expect(strange).toEqual([]);
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const RUNTIME_IMPORT = /^(?:import|export)\s(?!type\b)[^;]*?\sfrom\s'([^']+)'/gm;

test('nothing but small node builtins is imported: this runs inside the supervisor', () => {
  const folder = import.meta.dirname;
  const files = globSync('**/*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
  const foreign = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(RUNTIME_IMPORT)]
      .map(([, name = '']) => name)
      .filter((name) => !/^(?:node:(?!http$)|\.)/.test(name)),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(foreign).toEqual([]);
});

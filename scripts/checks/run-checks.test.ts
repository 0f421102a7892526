import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runChecks } from './run-checks.ts';

test('each check gets a line, a failed one also its output, and its name is returned', async () => {
  const printed: string[] = [];
  const write = (line: string) => void printed.push(line);
  const terminal = { say: write, print: write, complain: write };
  const totals = await runChecks(
    [
      { name: 'version', command: ['tsc', '--version'] },
      { name: 'types', command: ['tsc', '--nonesuch'] },
    ],
    terminal,
    { root: join(import.meta.dirname, '../..'), path: '/usr/bin:/bin' },
  );
  expect(totals).toEqual({ passed: 1, failed: ['types'] });
  const output = printed.join('\n');
  expect(output).toMatch(/ok {5}version \(\d\.\d s\)/);
  expect(output).toMatch(/FAILED types \(\d\.\d s\)/);
  expect(output).toMatch(/--- tsc --nonesuch\n.*nonesuch/);
});

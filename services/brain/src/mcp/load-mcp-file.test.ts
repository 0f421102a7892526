import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadMcpFile } from './load-mcp-file.ts';

const SHIPPED = join(import.meta.dirname, '../../../../operating_system');

test('the shipped browser is kept from private addresses, whatever an administrator adds', () => {
  const { rules } = loadMcpFile(SHIPPED, new Set());
  const start = (...args: readonly string[]) =>
    rules.programs.check({ program: 'browser', args, env: {} }).args;
  const args = start('--browser=chromium', '--allowed-origins=https://example.org');
  const blocked = args.find((arg) => arg.startsWith('--blocked-origins=')) ?? '';
  for (const place of ['localhost', '127.*', '10.*', '172.16.*', '192.168.*', '169.254.*', '[*'])
    expect(blocked).toContain(place);
  for (const other of ['--blocked-origins=nothing', '--config=/tmp/a', '--proxy-server=b'])
    expect(() => start(other)).toThrow(/may not get the argument/);
});

import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const APPEND_LINE = join(import.meta.dirname, 'programs/append-line.mjs');

/** The shipped operating_system/ with commands that have effects: none of `node` may act twice. */
export function makeOperatingSystem(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-os-'));
  cpSync(join(ROOT, 'operating_system'), dir, { recursive: true });
  const commands = [
    { name: 'node', path: process.execPath, arguments: ['.*'] },
    { name: 'uptime', path: '/usr/bin/uptime', replay: 'safe' },
    { name: 'missing', path: '/usr/bin/there-is-no-such-program' },
  ];
  writeFileSync(join(dir, 'COMMANDS.json'), JSON.stringify({ commands }));
  return dir;
}

/** The command line that appends a line to a file and works for `ms`, or until {@link endAppending}. */
export function appendLine(file: string, line: string, ms = 0): string {
  return `node ${APPEND_LINE} ${file} ${line} ${ms}`;
}

/** The commands that append to this file work no longer: those that do, and those that will. */
export function endAppending(file: string): void {
  writeFileSync(`${file}.enough`, '');
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../app-error.ts';
import { StartError } from '../start-error.ts';
import { type CommandList, loadCommandList } from './command-list.ts';

const SHIPPED = join(import.meta.dirname, '../../../../operating_system');

function listOf(text: string): CommandList {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  writeFileSync(join(dir, 'COMMANDS.json'), text);
  return loadCommandList(dir);
}

function refusalOf(line: string, list: CommandList): string | undefined {
  try {
    list.check(line);
    return undefined;
  } catch (err) {
    return err instanceof AppError ? `${err.status} ${err.reason}` : String(err);
  }
}

test('six programs are shipped, all of which may be run again', () => {
  const list = loadCommandList(SHIPPED);
  expect(list.names.toSorted()).toEqual(['date', 'df', 'free', 'ls', 'uptime', 'whoami']);
  for (const name of list.names) expect(list.check(name).replay).toBe('safe');
});

test.each(['uptime -p', 'df -h', 'df -h /', 'date -u', 'date +%Y-%m-%d', 'ls -la /tmp', 'free -m'])(
  '%s is allowed',
  (line) => {
    const [, ...words] = line.split(' ');
    expect(loadCommandList(SHIPPED).check(line)).toMatchObject({ arguments: words });
  },
);

test.each([
  'cat /proc/self/environ',
  'ls; rm -rf /',
  'ls /tmp; id',
  'ls $(id)',
  'ls `id`',
  'ls | sh',
  'ls ../../etc',
  'ls --color=always',
  '/bin/ls',
  'LD_PRELOAD=/tmp/x ls',
  'date -s 12:00',
  'date --set 12:00',
  'df --output=source',
  `ls ${'-l '.repeat(17)}`,
])('%s is not allowed', (line) => {
  expect(refusalOf(line, loadCommandList(SHIPPED))).toBe('403 COMMAND_NOT_ALLOWED');
});

test('quotes keep a word together', () => {
  const list = listOf('{"commands":[{"name":"say","path":"/bin/say","arguments":[".*"]}]}');
  expect(list.check(`say 'good morning' "it's" a""b ''`).arguments).toEqual([
    'good morning',
    "it's",
    'ab',
    '',
  ]);
  expect(refusalOf('say "good', list)).toBe('400 INVALID_JOB');
});

test('an argument must match as a whole', () => {
  const list = listOf('{"commands":[{"name":"say","path":"/bin/say","arguments":["a|b"]}]}');
  expect(refusalOf('say a b', list)).toBeUndefined();
  expect(refusalOf('say ab', list)).toBe('403 COMMAND_NOT_ALLOWED');
});

test('without a file nothing is allowed', () => {
  const list = loadCommandList(mkdtempSync(join(tmpdir(), 'bakerst-')));
  expect(refusalOf('uptime', list)).toBe('403 COMMAND_NOT_ALLOWED');
});

test.each([
  ['no JSON', '{'],
  ['a relative path', '{"commands":[{"name":"ls","path":"ls"}]}'],
  ['a bad pattern', '{"commands":[{"name":"ls","path":"/bin/ls","arguments":["("]}]}'],
  ['an unknown field', '{"commands":[{"name":"ls","path":"/bin/ls","args":[]}]}'],
])('%s is told at the start', (_what, text) => {
  expect(() => listOf(text)).toThrow(StartError);
});

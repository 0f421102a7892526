import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { openDiskPromptFiles } from './disk-prompt-files.ts';

function open(files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-prompts-'));
  mkdirSync(join(dir, 'personas'));
  const write = (name: string, text: string | Buffer) => writeFileSync(join(dir, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const clock = createFakeClock();
  const prompts = openDiskPromptFiles({ dir, agentName: 'Baker', clock, log: silentLogger });
  return { dir, write, clock, prompts };
}

const WHOLE = {
  'SOUL.md': 'I am {{AGENT_NAME}}',
  'BRAIN.md': 'I think\n<!-- slot: closing -->\nbye',
  'WORKER.md': 'I work',
};

test('the files are the default tier, and tell agents of jobs who they are', () => {
  const { prompts } = open(WHOLE);
  expect(prompts.readDefaults()).toEqual({
    identity: 'I am {{AGENT_NAME}}',
    methodology: 'I think',
    closing: 'bye',
  });
  expect(prompts.readWorkerPrompt()).toBe('I am Baker\n\nI work');
  expect(prompts.listProblems()).toEqual([]);
});

test('a changed file is seen within two seconds, a persona too', async () => {
  const { write, clock, prompts } = open(WHOLE);
  using _watch = prompts.watch();
  write('SOUL.md', 'I am new');
  write('personas/cook.md', '---\nname: cook\n---\nCook.');
  expect(prompts.findPersona('cook')).toBe(undefined);
  await clock.advance(2_000);
  expect(prompts.readDefaults().identity).toBe('I am new');
  expect(prompts.findPersona('cook')?.slots).toEqual({ instructions: 'Cook.' });
});

test.each([
  ['a slot that there is not', '<!-- slot: colour -->\nred', 'BRAIN.md cannot be used: '],
  ['an empty file', ' \n', 'BRAIN.md is empty'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x41]), 'BRAIN.md is no UTF-8 text'],
  ['a file that is too large', 'x'.repeat(64 * 1024 + 1), 'BRAIN.md is larger than 64 KiB'],
])('%s keeps the last good one and is reported', (_, text, problem) => {
  const { write, prompts } = open(WHOLE);
  write('BRAIN.md', text);
  prompts.look();
  expect(prompts.readDefaults()).toMatchObject({ methodology: 'I think', closing: 'bye' });
  expect(prompts.listProblems()).toEqual([expect.stringContaining(problem)]);
  expect(prompts.listProblems()[0]).toContain('what it said before still counts');
  write('BRAIN.md', 'mended');
  prompts.look();
  expect(prompts.readDefaults().methodology).toBe('mended');
  expect(prompts.listProblems()).toEqual([]);
});

test('a file that is missing is left out at the start, and kept later', () => {
  const { dir, prompts } = open({ 'SOUL.md': 'soul', 'WORKER.md': 'work' });
  expect(prompts.readDefaults()).toEqual({ identity: 'soul' });
  expect(prompts.listProblems()).toEqual(['BRAIN.md is missing']);
  rmSync(join(dir, 'SOUL.md'));
  prompts.look();
  expect(prompts.readDefaults()).toEqual({ identity: 'soul' });
  expect(prompts.listProblems()[0]).toBe('SOUL.md is missing; what it said before still counts');
});

test('a directory whose files are exchanged by a symlink is followed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-prompts-'));
  const version = (name: string, soul: string): void => {
    mkdirSync(join(dir, name));
    for (const file of ['SOUL.md', 'BRAIN.md', 'WORKER.md'])
      writeFileSync(join(dir, name, file), soul);
    symlinkSync(name, join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  };
  version('..one', 'one');
  for (const file of ['SOUL.md', 'BRAIN.md', 'WORKER.md'])
    symlinkSync(join('..data', file), join(dir, file));
  const clock = createFakeClock();
  const prompts = openDiskPromptFiles({ dir, agentName: 'Baker', clock, log: silentLogger });
  expect(prompts.readDefaults().identity).toBe('one');
  version('..two', 'two');
  prompts.look();
  expect(prompts.readDefaults().identity).toBe('two');
});

test('a persona whose file breaks stays, one whose file is gone is gone, and names are there once', () => {
  const { dir, write, prompts } = open(WHOLE);
  write('personas/a.md', '---\nname: cook\n---\nfirst');
  write('personas/b.md', '---\nname: cook\n---\nsecond');
  write('personas/.c.md', 'no persona');
  prompts.look();
  expect(prompts.listPersonas().map(({ slots }) => slots)).toEqual([{ instructions: 'first' }]);
  expect(prompts.listProblems()).toEqual(['two files have a persona cook']);
  rmSync(join(dir, 'personas/b.md'));
  write('personas/a.md', 'broken');
  prompts.look();
  expect(prompts.findPersona('cook')?.slots).toEqual({ instructions: 'first' });
  expect(prompts.listProblems()).toEqual([expect.stringMatching(/^a\.md cannot be used/)]);
  rmSync(join(dir, 'personas/a.md'));
  prompts.look();
  expect(prompts.listPersonas()).toEqual([]);
});

test('while the directory of personas cannot be read the ones known count', () => {
  const { dir, write, prompts } = open({
    ...WHOLE,
    'personas/cook.md': '---\nname: cook\n---\nCook.',
  });
  renameSync(join(dir, 'personas'), join(dir, 'away'));
  prompts.look();
  expect(prompts.findPersona('cook')).toBeDefined();
  expect(prompts.listProblems()).toEqual(['personas is missing; those known still count']);
  write('personas', 'a file');
  prompts.look();
  expect(prompts.findPersona('cook')).toBeDefined();
  expect(prompts.listProblems()).toEqual(['personas cannot be read; those known still count']);
  rmSync(join(dir, 'personas'));
  renameSync(join(dir, 'away'), join(dir, 'personas'));
  prompts.look();
  expect(prompts.listProblems()).toEqual([]);
});

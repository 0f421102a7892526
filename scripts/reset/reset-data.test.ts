import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '@bakerst/kit/start-error';
import { expect, inject, test, vi } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { startSystem } from '../testing/start-system.ts';
import { resetData } from './reset-data.ts';

// Processes are started; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000 });

function reset(dir: string, agrees: boolean) {
  const printed: string[] = [];
  const write = (line: string) => void printed.push(line);
  const terminal = { say: write, print: write, complain: write };
  return { printed, exitCode: resetData({ terminal, ask: async () => agrees }, dir) };
}

function usedDir(): string {
  const dir = makeDir();
  mkdirSync(join(dir, 'nats'));
  for (const name of ['bakerst.db', 'bakerst.db-wal', 'owner-token', 'holiday.jpg'])
    writeFileSync(join(dir, name), '');
  return dir;
}

test('it names what it deletes and leaves what is not its own', async () => {
  const dir = usedDir();
  const { printed, exitCode } = reset(dir, true);
  expect(await exitCode).toBe(0);
  expect(readdirSync(dir).sort()).toEqual(['holiday.jpg', 'supervisor.lock']);
  expect(printed.join('\n')).toMatch(/bakerst\.db\n {2}bakerst\.db-wal\n {2}nats\n {2}owner-token/);
});

test('without agreement nothing is deleted', async () => {
  const dir = usedDir();
  expect(await reset(dir, false).exitCode).toBe(1);
  expect(existsSync(join(dir, 'bakerst.db'))).toBe(true);
});

test('where nothing is, nothing is to be done, and no directory is made', async () => {
  const dir = join(makeDir(), 'data');
  expect(await reset(dir, true).exitCode).toBe(0);
  expect(existsSync(dir)).toBe(false);
});

test('while the system runs it is refused', async () => {
  await using system = await startSystem({ natsServer: inject('natsServer') });
  await system.untilPrinted(/bakerst is ready/);
  const { exitCode } = reset(system.dataDir, true);
  await expect(exitCode).rejects.toThrow(StartError);
  await expect(exitCode).rejects.toThrow(/stop it first/);
  expect(existsSync(join(system.dataDir, 'owner-token'))).toBe(true);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@bakerst/client';
import { expect, onTestFinished } from 'vitest';
import { runScript } from './run-script.ts';
import { SUPER_TOKEN, type System } from './system.ts';

export function asSuper({ url }: System): Client {
  return createClient({ baseUrl: url, token: SUPER_TOKEN });
}

/** An empty data directory for what is restored. */
export function makeDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-restored-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Restores a backup of the system into a data directory of its own. */
export async function restoreElsewhere(system: System, id: string) {
  const dataDir = makeDataDir();
  const path = join(system.dataDir, 'backups', id);
  const { code, output } = await runScript('restore', [path], { BAKERST_DATA_DIR: dataDir });
  expect(code, output).toBe(0);
  return { dataDir, output };
}

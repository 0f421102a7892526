import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '@bakerst/kit';

/** The first whose kustomize knows components as they are used here. */
const LEAST_MINOR = 27;
const TIMEOUT_MS = 20_000;

const run = promisify(execFile);

/** A kubectl that renders k8s/: that of KUBECTL, else the first on PATH that is new enough; undefined without one. */
export async function findKubectl(env: Env): Promise<string | undefined> {
  const dirs = (env['PATH'] ?? '').split(':').filter((dir) => dir !== '');
  const named = env['KUBECTL'];
  const candidates = [
    ...(named === undefined || named === '' ? [] : [named]),
    ...dirs.map((dir) => join(dir, 'kubectl')).filter(isProgram),
  ];
  for (const file of candidates) if ((await readMinor(file)) >= LEAST_MINOR) return file;
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Of version 1.x; 0 for what is no kubectl that runs. */
async function readMinor(file: string): Promise<number> {
  try {
    const { stdout } = await run(file, ['version', '--client', '-o', 'yaml'], {
      timeout: TIMEOUT_MS,
    });
    return Number(/gitVersion: v1\.(\d+)/.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0; // NOTE: whatever it is, it does not render.
  }
}

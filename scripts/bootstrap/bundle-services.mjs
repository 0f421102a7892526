import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runBuild } from './run-build.mjs';

const PROGRAM = 'scripts/bundle/main.ts';

export function hasServices(root) {
  return existsSync(join(root, PROGRAM));
}

/** Writes the programs of the services, each in one piece. */
export async function bundleServices(setup) {
  await runBuild('putting the services together', setup, {
    args: ['--conditions=bakerst-source', '--disable-warning=ExperimentalWarning', PROGRAM],
    cwd: setup.root,
  });
}

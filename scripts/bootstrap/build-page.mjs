import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compressFiles } from './compress-files.mjs';
import { PAGE_DIR, PAGE_DIST } from './list-sources.mjs';
import { runBuild } from './run-build.mjs';

export function hasPage(root) {
  return existsSync(join(root, PAGE_DIR, 'package.json'));
}

/** Builds the page by the script `build` of its package, and writes a compressed form beside each of its files. */
export async function buildPage(setup) {
  const cwd = join(setup.root, PAGE_DIR);
  await runBuild('building the page', setup, { args: ['--run', 'build'], cwd });
  await compressFiles(join(setup.root, PAGE_DIST));
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compressFiles } from './compress-files.mjs';
import { PAGE_DIR, PAGE_DIST } from './page-sources.mjs';
import { runStep } from './run-step.mjs';
import { SetupError } from './setup-error.mjs';

const TITLE = 'building the page';
/** What a builder says last is mostly why it gave up. */
const SHOWN_LINES = 15;

export function hasPage(root) {
  return existsSync(join(root, PAGE_DIR, 'package.json'));
}

/** Builds the page by the script `build` of its package, and writes a compressed form beside each of its files. */
export async function buildPage({ root, node, say, starter, env }) {
  const { ok, output } = await runStep({ title: TITLE, say, starter }, node.path, {
    args: ['--run', 'build'],
    cwd: join(root, PAGE_DIR),
    // The programs in .bin look for node on PATH: it must be the chosen one.
    env: { ...env, NODE_ENV: 'production', PATH: `${dirname(node.path)}:${env.PATH}` },
  });
  if (!ok) {
    const end = output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    throw new SetupError(`${TITLE} failed:\n${end}`);
  }
  await compressFiles(join(root, PAGE_DIST));
}

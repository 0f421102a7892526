import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { explainFailure } from './explain-failure.mjs';
import { runStep } from './run-step.mjs';
import { SetupError } from './setup-error.mjs';

/** Few and short retries: an unreachable registry is to be told within seconds, not minutes. */
const NPM_OPTIONS = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--logs-max=0',
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=2000',
];

/** With less than this left, a package of this size did not fit. */
const FULL_DISK_BYTES = 200 * 1024 * 1024;

/** Installs pnpm and, where the system's Node is unsuitable, a private one into .cache/toolchain. */
export async function installToolchain({ root, cacheDir, node, say, starter, env }) {
  const dir = join(cacheDir, 'toolchain');
  mkdirSync(dir, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(root, 'scripts', 'toolchain', file), join(dir, file));
  const title =
    node.kind === 'system'
      ? 'installing pnpm into .cache'
      : 'installing Node 26 and pnpm into .cache';
  const optional = node.kind === 'system' ? '--omit=optional' : '--include=optional';
  const npm = npmCommand(env);
  const { ok, output } = await runStep({ title, say, starter }, npm.command, {
    args: [...npm.args, 'ci', optional, ...NPM_OPTIONS],
    cwd: dir,
    env,
  });
  if (!ok) throw new SetupError(`${title} failed: ${explainNpm(output)}`);
  proveNode(node, dir);
}

/** The npm that started this, by file: a `npm` on PATH may be a wrapper that does not pass signals on. */
function npmCommand(env) {
  const file = env.npm_execpath;
  if (file?.endsWith('npm-cli.js')) return { command: process.execPath, args: [file] };
  return { command: 'npm', args: [] };
}

function explainNpm(output) {
  if (/spawn npm ENOENT/.test(output))
    return 'there is no npm on PATH; it comes with Node (Debian: apt-get install npm)';
  return explainFailure(output);
}

/** A ready-made Node may be there and not run: it needs the usual C library, which Alpine, say, does not have. */
function proveNode(node, dir) {
  const { status, error } = spawnSync(node.path, ['--version'], { stdio: 'ignore' });
  if (status !== 0) throw new SetupError(explainBadNode(node, dir), { cause: error });
}

/** NOTE: it is an optional package, for each platform has its own: npm is content without it, and with half of it. */
function explainBadNode(node, dir) {
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < FULL_DISK_BYTES) return explainFailure('ENOSPC');
  if (!existsSync(node.path)) return explainFailure('E404');
  return `the ready-made Node 26 does not run on this machine (${process.platform}-${process.arch}): install Node 26 yourself and start again`;
}

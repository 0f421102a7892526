import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { explainFailure } from './explain-failure.mjs';
import { runStep } from './run-step.mjs';
import { SetupError } from './setup-error.mjs';

/** Installs the packages of the lockfile by the private pnpm, on the chosen Node; no script of theirs runs. */
export async function installPackages({ root, cacheDir, node, say, starter, env }) {
  const title = 'installing packages';
  const { ok, output } = await runStep({ title, say, starter }, node.path, {
    args: [
      join(cacheDir, 'toolchain', 'node_modules', 'pnpm', 'bin', 'pnpm.mjs'),
      'install',
      '--frozen-lockfile',
      '--prod=false',
      '--reporter=append-only',
      '--config.confirm-modules-purge=false',
      '--fetch-retries=2',
      '--fetch-retry-mintimeout=100',
      '--fetch-retry-maxtimeout=500',
    ],
    cwd: root,
    env,
  });
  if (!ok) throw new SetupError(`${title} failed: ${explainFailure(output)}`);
  warmCompileCache({ root, node, env });
}

/**
 * Lets Node keep the supervisor's source in its compile cache: a process that has to strip types itself holds 17 MB more
 * for as long as it lives. Its options are those of "start" in package.json, the cache is made for them alone.
 * Nothing depends on it, so a failure is left to the start that follows.
 */
function warmCompileCache({ root, node, env }) {
  const options = ['--expose-gc', '--conditions=bakerst-source'];
  spawnSync(node.path, [...options, join(root, 'scripts', 'start.ts'), '--help'], {
    cwd: root,
    env: { ...env, NODE_COMPILE_CACHE: join(root, '.cache', 'compile') },
    stdio: 'ignore',
  });
}

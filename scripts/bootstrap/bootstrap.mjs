import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage, hasPage } from './build-page.mjs';
import { bundleServices, hasServices } from './bundle-services.mjs';
import { chooseNode } from './choose-node.mjs';
import { installEnv } from './install-env.mjs';
import { withInstallLock } from './install-lock.mjs';
import { installPackages } from './install-packages.mjs';
import { installToolchain } from './install-toolchain.mjs';
import { linkNode } from './link-node.mjs';
import { SetupError } from './setup-error.mjs';
import { openStamps } from './stamps.mjs';
import { watchStarter } from './watch-starter.mjs';

/** What can be built from the sources, by the name of its stamp. */
const BUILDS = {
  services: { isHere: hasServices, build: bundleServices },
  page: { isHere: hasPage, build: buildPage },
};

/**
 * Gives a checkout the Node, the pnpm and the packages that bakerst runs with, in `.cache` and `node_modules`, and builds
 * what `wanted` names of its page and its services. Afterwards `.cache/bin/node` leads to that Node. Does nothing, and needs no
 * registry, when all is there.
 */
export async function bootstrap({ root, env, say, wanted }) {
  const cacheDir = join(root, '.cache');
  const node = chooseNode(join(cacheDir, 'toolchain'));
  const stamps = openStamps({ root, cacheDir, node });
  const missing = () =>
    wanted.filter((part) => BUILDS[part].isHere(root) && !stamps.isCurrent(part));
  if (stamps.isCurrent('toolchain') && stamps.isCurrent('packages') && missing().length === 0)
    return linkNode(cacheDir, node);
  makeWritable(cacheDir);
  const starter = watchStarter();
  try {
    const setup = { root, cacheDir, node, say, starter, env: installEnv(env, cacheDir) };
    await withInstallLock(setup, async () => {
      await install(setup, stamps);
      // Another start may have built it while this one waited.
      for (const part of missing()) await build(part, setup, stamps);
    });
  } finally {
    starter.stop();
  }
}

async function install(setup, stamps) {
  if (!stamps.isCurrent('toolchain')) {
    stamps.clear('toolchain');
    await installToolchain(setup);
    stamps.set('toolchain');
  }
  linkNode(setup.cacheDir, setup.node);
  if (stamps.isCurrent('packages')) return;
  stamps.clear('packages');
  await installPackages(setup);
  stamps.set('packages');
}

async function build(part, setup, stamps) {
  const built = stamps.digestOf(part);
  stamps.clear(part);
  await BUILDS[part].build(setup);
  // What was changed meanwhile is not in it.
  stamps.set(part, built);
}

function makeWritable(cacheDir) {
  try {
    mkdirSync(cacheDir, { recursive: true });
    accessSync(cacheDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new SetupError(
      `${cacheDir} cannot be written (${cause.code}): start as the user that owns this checkout`,
      { cause },
    );
  }
}

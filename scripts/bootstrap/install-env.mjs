import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/**
 * The environment for npm and pnpm. They keep caches and packages in HOME: where that cannot be written, a directory of
 * the checkout takes its place. Their settings are read from HOME all the same.
 */
export function installEnv(env, cacheDir) {
  // NOTE: with NODE_ENV=production the development packages would be left out, and start needs some of them.
  const { NODE_ENV, ...kept } = env;
  const registry = env.npm_config_registry ?? env.NPM_CONFIG_REGISTRY;
  return {
    ...kept,
    // NOTE: pnpm reads the settings files of npm, but not its variables.
    ...(registry !== undefined && { pnpm_config_registry: registry }),
    ...(!isWritable(env.HOME) && homesIn(join(cacheDir, 'home'))),
  };
}

function homesIn(dir) {
  return {
    npm_config_cache: join(dir, 'npm'),
    XDG_CACHE_HOME: join(dir, 'cache'),
    XDG_DATA_HOME: join(dir, 'data'),
    XDG_STATE_HOME: join(dir, 'state'),
  };
}

function isWritable(dir) {
  if (dir === undefined || dir === '') return false;
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false; // NOTE: one that does not exist counts as one that cannot be written.
  }
}

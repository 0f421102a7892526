import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Env } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';
import { downloadNatsServer } from './download-nats-server.ts';
import { isAtLeast, readServerVersion } from './server-version.ts';

/** Older servers silently ignore what bakerst relies on: per-key TTL, scheduled messages, atomic batches. */
const LEAST_VERSION = '2.12.0';
const GOOD_VERSION = '2.12.7';

const DEFAULT_CACHE_DIR = resolve(import.meta.dirname, '../../.cache/nats-server');

export interface NatsServer {
  readonly file: string;
  readonly version: string;
}

interface NatsServerSearch {
  /** NATS_SERVER and PATH count. */
  readonly env: Env;
  readonly say: (line: string) => void;
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
}

/**
 * A nats-server that is new enough: NATS_SERVER's (which then must do), PATH's, the one fetched before, or one fetched
 * now from a Debian mirror. Throws StartError, with what to do about it, when there is none to be had.
 */
export async function findNatsServer(search: NatsServerSearch): Promise<NatsServer> {
  const { env, say, cacheDir = DEFAULT_CACHE_DIR } = search;
  const server =
    (await configuredServer(env['NATS_SERVER'])) ??
    (await serverOnPath(env['PATH'], say)) ??
    (await usableServer(join(cacheDir, 'nats-server'))) ??
    (await downloadedServer(search, cacheDir));
  if (!isAtLeast(server.version, GOOD_VERSION))
    say(`nats-server ${server.version} has known faults, ${GOOD_VERSION} or later is better`);
  return server;
}

async function configuredServer(file: string | undefined): Promise<NatsServer | undefined> {
  if (file === undefined || file === '') return undefined;
  const version = await readServerVersion(file);
  if (version === undefined)
    throw new StartError(`NATS_SERVER=${file} is no nats-server that runs: correct or unset it`);
  if (!isAtLeast(version, LEAST_VERSION))
    throw new StartError(
      `NATS_SERVER=${file} is version ${version}, ${LEAST_VERSION} or later is needed: correct or unset it`,
    );
  return { file, version };
}

async function serverOnPath(
  path: string | undefined,
  say: (line: string) => void,
): Promise<NatsServer | undefined> {
  for (const dir of (path ?? '').split(':').filter((entry) => entry !== '')) {
    const file = join(dir, 'nats-server');
    const version = isProgram(file) ? await readServerVersion(file) : undefined;
    if (version === undefined) continue;
    if (isAtLeast(version, LEAST_VERSION)) return { file, version };
    say(`${file} is version ${version}, too old (${LEAST_VERSION} is needed): looking further`);
  }
  return undefined;
}

/** Asked first, because an attempt to start what is not there takes milliseconds. */
function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function usableServer(file: string): Promise<NatsServer | undefined> {
  const version = isProgram(file) ? await readServerVersion(file) : undefined;
  return version !== undefined && isAtLeast(version, LEAST_VERSION) ? { file, version } : undefined;
}

async function downloadedServer(search: NatsServerSearch, cacheDir: string): Promise<NatsServer> {
  const file = await downloadNatsServer({ ...search, cacheDir, signal: search.signal });
  const server = await usableServer(file);
  if (server === undefined)
    throw new StartError(`the nats-server that was fetched does not run: remove ${cacheDir}`);
  return server;
}

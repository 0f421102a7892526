import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startNatsServer } from '@bakerst/bus/testing';
import { bundleOf } from '../../scripts/bundle/bundle-of.ts';
import { findFreePort } from '../../scripts/local/local-port.ts';
import type { Bench } from '../measurements/measurement.ts';
import type { OpenServer } from './open-model.ts';
import { type OpenProgram, openProgram } from './open-program.ts';

/** The super credential, which may speak for any user and is not limited in its requests. */
export const TOKEN = 'super-token-of-the-bench-0123456789abcdef';

export interface ProductOptions {
  readonly modelUrl: string;
  /** `relaxed`: what survives a power cut is left to chance, to show what certainty costs. */
  readonly durability?: 'full' | 'relaxed';
  /** Nothing is counted, to show what counting costs. */
  readonly isUncounted?: boolean;
  /** For brain and worker alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** For a measurement that has more than one. */
  readonly name?: string;
}

/** Brain, worker and nats-server of their own, with a fresh data directory. */
export interface Product extends AsyncDisposable {
  readonly url: string;
  /** Headers that let a request in. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly brain: OpenServer;
  readonly worker: OpenProgram;
  /** One more brain on the same data. */
  addBrain(): Promise<OpenServer>;
  /** A brain in the place of the first one, which has ended, at its address. */
  restartBrain(): Promise<OpenServer>;
  addWorker(): Promise<OpenProgram>;
}

export async function openProduct(bench: Bench, options: ProductOptions): Promise<Product> {
  const { durability = 'full', name = durability } = options;
  await using opening = new AsyncDisposableStack();
  const home = join(bench.dir, name);
  mkdirSync(home);
  const nats = opening.use(
    await startNatsServer({
      binary: bench.natsServer,
      storeDir: join(home, 'nats'),
      syncInterval: durability === 'full' ? 'always' : 'default',
    }),
  );
  const place = { ...options, home, natsUrl: nats.url, root: bench.root };
  const brain = opening.use(await openBrain(place));
  const worker = opening.use(await openWorker(place));
  const open = opening.move();
  return {
    url: brain.url,
    headers: { Authorization: `Bearer ${TOKEN}` },
    dataDir: toDataDir(home),
    brain,
    worker,
    addBrain: async () => open.use(await openBrain(place)),
    restartBrain: async () => open.use(await openBrain(place, Number(new URL(brain.url).port))),
    addWorker: async () => open.use(await openWorker(place)),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

interface Place extends ProductOptions {
  readonly home: string;
  readonly root: string;
  readonly natsUrl: string;
}

function toDataDir(home: string): string {
  return join(home, 'data');
}

async function openBrain(place: Place, known?: number): Promise<OpenServer> {
  const port = known ?? (await findFreePort());
  const program = await openProgram({
    name: 'brain',
    logDir: place.home,
    entry: bundleOf('brain'),
    env: {
      ...toSharedEnv(place),
      PORT: String(port),
      BAKERST_DATA_DIR: toDataDir(place.home),
      AUTH_TOKEN: TOKEN,
      ANTHROPIC_BASE_URL: place.modelUrl,
    },
    args: [
      ...(place.durability === 'relaxed' ? ['--bench-synchronous=NORMAL'] : []),
      ...(place.isUncounted === true ? ['--bench-without-metrics'] : []),
    ],
  });
  return { ...program, url: `http://127.0.0.1:${port}` };
}

function openWorker(place: Place): Promise<OpenProgram> {
  return openProgram({
    name: 'worker',
    logDir: place.home,
    entry: bundleOf('worker'),
    env: toSharedEnv(place),
  });
}

function toSharedEnv({ natsUrl, root, env }: Place): Readonly<Record<string, string>> {
  return { ...env, NATS_URL: natsUrl, NODE_COMPILE_CACHE: join(root, '.cache', 'compile') };
}

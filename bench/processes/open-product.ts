import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startNatsServer } from '@bakerst/bus/testing';
import { findFreePort } from '../../scripts/local/local-port.ts';
import type { Bench } from '../measurements/measurement.ts';
import { openProgram } from './open-program.ts';

/** The super credential, which may speak for any user and is not limited in its requests. */
const TOKEN = 'super-token-of-the-bench-0123456789abcdef';

export interface ProductOptions {
  readonly modelUrl: string;
  /** `relaxed`: what survives a power cut is left to chance, to show what certainty costs. */
  readonly durability?: 'full' | 'relaxed';
}

/** Brain, worker and nats-server of their own, with a fresh data directory. */
export interface Product extends AsyncDisposable {
  readonly url: string;
  /** Headers that let a request in. */
  readonly headers: Readonly<Record<string, string>>;
}

export async function openProduct(
  { dir, root, natsServer }: Bench,
  { modelUrl, durability = 'full' }: ProductOptions,
): Promise<Product> {
  await using opening = new AsyncDisposableStack();
  const home = join(dir, durability);
  mkdirSync(home);
  const nats = opening.use(
    await startNatsServer({
      binary: natsServer,
      storeDir: join(home, 'nats'),
      syncInterval: durability === 'full' ? 'always' : 'default',
    }),
  );
  const port = await findFreePort();
  const shared = { NATS_URL: nats.url, NODE_COMPILE_CACHE: join(root, '.cache', 'compile') };
  const brain = {
    ...shared,
    PORT: String(port),
    BAKERST_DATA_DIR: join(home, 'data'),
    AUTH_TOKEN: TOKEN,
    ANTHROPIC_BASE_URL: modelUrl,
  };
  const args = durability === 'full' ? [] : ['--bench-synchronous=NORMAL'];
  const start = { logDir: home };
  opening.use(
    await openProgram({ ...start, name: 'brain', entry: entryOf('brain'), env: brain, args }),
  );
  opening.use(
    await openProgram({ ...start, name: 'worker', entry: entryOf('worker'), env: shared }),
  );
  const open = opening.move();
  return {
    url: `http://127.0.0.1:${port}`,
    headers: { Authorization: `Bearer ${TOKEN}` },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function entryOf(service: 'brain' | 'worker'): string {
  return `services/${service}/src/main.ts`;
}

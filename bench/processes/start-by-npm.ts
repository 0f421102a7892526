import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findFreePort } from '../../scripts/local/local-port.ts';
import type { Bench } from '../measurements/measurement.ts';

/** A start that has not come to its end by then never does. */
const PATIENCE_MS = 60_000;

/** The whole product, started as a person starts it. */
export interface NpmStart extends AsyncDisposable {
  readonly pid: number;
  /** From the command until it said where it listens. */
  readonly readyMs: number;
}

/** Runs `npm start` on the measurement's data directory. Throws with what it printed when it ends instead. */
export async function startByNpm(bench: Bench): Promise<NpmStart> {
  const port = await findFreePort();
  const startedAt = performance.now();
  const npm = spawn('npm', ['start'], {
    cwd: bench.root,
    env: {
      PATH: bench.path,
      HOME: bench.dir,
      NATS_SERVER: bench.natsServer,
      BAKERST_DATA_DIR: join(bench.dir, 'data'),
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(npm, 'close');
  await untilPrinted(npm, `http://127.0.0.1:${port}`);
  return {
    pid: npm.pid ?? 0,
    readyMs: performance.now() - startedAt,
    async [Symbol.asyncDispose]() {
      npm.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilPrinted(npm: ChildProcess, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let printed = '';
  const give = (chunk: string): void => {
    printed += chunk;
    if (printed.includes(text)) resolve();
  };
  for (const stream of [npm.stdout, npm.stderr]) stream?.setEncoding('utf8').on('data', give);
  npm.once('error', reject);
  npm.once('close', () => reject(new Error(`npm start ended: ${printed.trim()}`)));
  const patience = setTimeout(() => npm.kill('SIGTERM'), PATIENCE_MS);
  try {
    await promise;
  } finally {
    clearTimeout(patience);
  }
}

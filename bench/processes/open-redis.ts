import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePort } from '../../scripts/local/local-port.ts';
import type { Bench } from '../measurements/measurement.ts';

const READY = 'Ready to accept connections';

/** A Redis that has what it confirms on the disk; disposing of it kills it. Throws where there is none. */
export async function openRedis({
  dir,
  path,
}: Bench): Promise<AsyncDisposable & { readonly port: number }> {
  const port = await findFreePort();
  const home = join(dir, 'redis');
  mkdirSync(home);
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', home];
  const care = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
  const redis = spawn('redis-server', [...place, ...care], {
    env: { PATH: path },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await untilReady(redis);
  return {
    port,
    async [Symbol.asyncDispose]() {
      const exited = once(redis, 'exit');
      redis.kill('SIGKILL');
      await exited;
    },
  };
}

async function untilReady(redis: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  redis.once('error', (cause) =>
    reject(new Error('no redis-server: apt-get install redis-server', { cause })),
  );
  redis.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
  if (redis.stdout !== null)
    createInterface({ input: redis.stdout }).on('line', (line) => {
      if (line.includes(READY)) resolve();
    });
  await promise;
}

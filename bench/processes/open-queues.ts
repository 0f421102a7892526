import { join } from 'node:path';
import { startNatsServer } from '@bakerst/bus/testing';
import type { Bench } from '../measurements/measurement.ts';
import { TOKEN } from './open-product.ts';
import { type OpenProgram, openProgram } from './open-program.ts';
import { openRedis } from './open-redis.ts';

/** Jobs by the product, from their dispatch to their committed result; on a disk that loses nothing. */
export async function openProductQueue(bench: Bench, slots: number): Promise<OpenProgram> {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await openDurableNats(bench, 'product'));
  const start = { logDir: bench.dir };
  const queue = opening.use(
    await openProgram({
      ...start,
      name: 'product-queue',
      entry: 'bench/programs/product-queue/main.ts',
      env: {
        NATS_URL: nats.url,
        BAKERST_DATA_DIR: join(bench.dir, 'product-data'),
        AUTH_TOKEN: TOKEN,
      },
    }),
  );
  opening.use(
    await openProgram({
      ...start,
      name: 'product-worker',
      entry: 'bench/programs/product-worker/main.ts',
      args: [nats.url, String(slots)],
    }),
  );
  return together(opening.move(), queue);
}

/** The floor: a publication, a pull and a request, with a nats-server that is as careful. */
export async function openBareQueue(bench: Bench): Promise<OpenProgram> {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await openDurableNats(bench, 'bare'));
  const start = { logDir: bench.dir, entry: 'bench/programs/bare-queue/main.ts' };
  const queue = opening.use(
    await openProgram({ ...start, name: 'bare-brain', args: [nats.url, 'brain'] }),
  );
  opening.use(await openProgram({ ...start, name: 'bare-worker', args: [nats.url, 'worker'] }));
  return together(opening.move(), queue);
}

/** A rival: BullMQ on a Redis that is as careful. Throws when there is no redis-server. */
export async function openBullMq(bench: Bench, slots: number): Promise<OpenProgram> {
  await using opening = new AsyncDisposableStack();
  const port = String(opening.use(await openRedis(bench)).port);
  const start = { logDir: bench.dir, entry: 'bench/programs/bullmq/main.ts' };
  const queue = opening.use(
    await openProgram({ ...start, name: 'bullmq-queue', args: [port, 'queue'] }),
  );
  opening.use(
    await openProgram({ ...start, name: 'bullmq-worker', args: [port, 'worker', String(slots)] }),
  );
  return together(opening.move(), queue);
}

function together(open: AsyncDisposableStack, queue: OpenProgram): OpenProgram {
  return { ...queue, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function openDurableNats({ dir, natsServer }: Bench, name: string) {
  return startNatsServer({
    binary: natsServer,
    storeDir: join(dir, `${name}-nats`),
    syncInterval: 'always',
  });
}

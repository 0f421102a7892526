import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { findFreePort } from '../local/local-port.ts';
import { watchHealth } from './server-health.ts';

const TIMES = { firstLooksEveryMs: 5, lookEveryMs: 10, lookTimeoutMs: 300, readStoreMs: 400 };

type Answer = (response: ServerResponse, isLong: boolean) => void;

const well: Answer = (response) => response.end('{"status":"ok"}');
const refuse: Answer = (response) => void response.writeHead(503).end();
const holdUp: Answer = (response, isLong) => (isLong ? undefined : well(response, isLong));

/**
 * Looks at a server that answers so, one after the other; the last answer is given for ever. It serves clients where it
 * answers, unless it is said to do so at another port.
 */
async function watch(answers: readonly Answer[], servesAt?: number) {
  let looks = 0;
  let healthy = 0;
  const server = createServer(({ url = '' }, response) => {
    const isLong = !url.includes('js-enabled-only');
    if (!isLong) looks += 1;
    (answers[looks - 1] ?? answers.at(-1) ?? well)(response, isLong);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: monitorPort } = server.address() as AddressInfo;
  const ended = new AbortController();
  const onHealthy = (): void => {
    healthy += 1;
  };
  const { signal } = ended;
  const illness = watchHealth(
    { monitorPort, onHealthy, signal, port: servesAt ?? monitorPort },
    TIMES,
  );
  return {
    illness,
    end: () => ended.abort(),
    counts: () => ({ looks, healthy }),
    [Symbol.dispose]() {
      ended.abort();
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a server that answers is well until it has ended', async () => {
  using watched = await watch([refuse, refuse, well]);
  await expect.poll(watched.counts).toMatchObject({ healthy: 1 });
  await expect.poll(() => watched.counts().looks).toBeGreaterThan(6);
  watched.end();
  expect(await watched.illness).toBeUndefined();
  expect(watched.counts().healthy).toBe(1);
});

test('one whose streams give no answer five times in a row is silent, though it says that it is well', async () => {
  using watched = await watch([well, holdUp, holdUp, well, holdUp]);
  expect(await watched.illness).toBe('silent');
  expect(watched.counts()).toEqual({ looks: 9, healthy: 1 });
});

test('one that says three times that it is not well is unhealthy', async () => {
  using watched = await watch([well, refuse]);
  expect(await watched.illness).toBe('unhealthy');
});

test('what it says of its streams is for the brain to put right', async () => {
  const unrecovered: Answer = (response, isLong) => (isLong ? refuse : well)(response, isLong);
  using watched = await watch([unrecovered]);
  await expect.poll(() => watched.counts().looks).toBeGreaterThan(6);
  watched.end();
  expect(await watched.illness).toBeUndefined();
});

test('one that serves nobody in the time in which any store is read is given up', async () => {
  using watched = await watch([refuse], await findFreePort());
  expect(await watched.illness).toBe('never ready');
  expect(watched.counts().healthy).toBe(0);
});

test('one that serves clients and cannot work has read its store', async () => {
  using watched = await watch([refuse]);
  expect(await watched.illness).toBe('unhealthy');
  expect(watched.counts().healthy).toBe(0);
});

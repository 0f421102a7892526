import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { systemClock } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { closeServer } from './close-server.ts';

/** Asks from a thread of its own, over new connections and over kept ones, as often as it is told a number. */
const ASKER = `
  const { parentPort, workerData: url } = require('node:worker_threads');
  const { Agent, get } = require('node:http');
  const kept = new Agent({ keepAlive: true });
  const ask = (agent) =>
    new Promise((resolve) =>
      get(url, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      }).on('error', (err) => resolve(err.code)),
    );
  parentPort.on('message', async (count) => {
    const asked = Array.from({ length: count }, () => [ask(kept), ask(false)]).flat();
    parentPort.postMessage('asked');
    parentPort.postMessage(await Promise.all(asked));
  });
`;

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('what came to the door of a busy process is answered before it is closed', async () => {
  const server = createServer((_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asker = new Worker(ASKER, { eval: true, workerData: `http://127.0.0.1:${port}/` });
  const askAll = async (count: number): Promise<unknown> => {
    asker.postMessage(count);
    await once(asker, 'message');
    const [statuses] = await once(asker, 'message');
    return statuses;
  };
  expect(await askAll(20)).toEqual(Array(40).fill(200));
  asker.postMessage(20);
  await once(asker, 'message');
  const answered = once(asker, 'message');
  block(300);
  await closeServer(server, { clock: systemClock, patienceMs: 5_000 });
  expect((await answered)[0]).toEqual(Array(40).fill(200));
  await asker.terminate();
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { silentLogger, systemClock } from '@bakerst/kit';
import { expect, inject, test } from 'vitest';
import { openNatsLink } from './nats-link.ts';
import { startNatsServer } from './nats-testing.ts';

/** In the lines by which a server introduces itself. */
const VERSION = /"version":"[^"]+"/g;

/** A nats-server that passes for one of another version from the next connection on. */
async function startDisguise(port: number) {
  const sockets = new Set<Socket>();
  let version: string | undefined;
  const server = createServer((client) => {
    const real = connect(port, '127.0.0.1');
    for (const socket of [client, real]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('close', () => real.destroy());
    real.on('close', () => client.destroy());
    client.pipe(real);
    const shown = version;
    real.on('data', (chunk) => {
      const said = chunk.toString('latin1');
      const named = shown === undefined ? said : said.replaceAll(VERSION, `"version":"${shown}"`);
      client.write(named, 'latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    changeTo(next: string | undefined) {
      version = next;
      drop();
    },
    [Symbol.dispose]() {
      server.close();
      drop();
    },
  };
}

test('a server that is too old after a reconnect counts as away, and the right one behind it is used', async () => {
  await using real = await startNatsServer({ binary: inject('natsServer') });
  using disguise = await startDisguise(real.port);
  const refused = Promise.withResolvers<unknown>();
  const log = { ...silentLogger, error: (...said: unknown[]) => refused.resolve(said[1]) };
  await using link = openNatsLink(
    { url: `nats://127.0.0.1:${disguise.port}`, service: 'brain' },
    { log, clock: systemClock },
  );
  await link.waitConnected(5_000);
  disguise.changeTo('2.11.9');
  expect(await refused.promise).toBe('nats-server is not used');
  expect(link.isConnected()).toBe(false);
  disguise.changeTo(undefined);
  await link.waitConnected(5_000);
  expect(link.nc.info?.version).not.toBe('2.11.9');
});

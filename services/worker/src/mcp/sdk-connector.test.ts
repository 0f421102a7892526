import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServerKey } from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSdkConnector } from './sdk-connector.ts';

let canary: Server;
let port: number;
let touched = 0;

beforeAll(async () => {
  canary = createServer((_request, response) => void response.end());
  canary.on('connection', () => touched++);
  canary.listen(0, '127.0.0.1');
  await once(canary, 'listening');
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => {
  canary.close();
});

function connect(url: string, addresses: readonly string[], signal = AbortSignal.timeout(5_000)) {
  let asked = 0;
  const connector = createSdkConnector({
    allowedHosts: new Set(),
    clock: systemClock,
    log: silentLogger,
    resolveAll: (_name, _options, done) => {
      const address = addresses[Math.min(asked++, addresses.length - 1)] ?? '';
      done(null, [{ address, family: 4 }]);
    },
  });
  return connector({
    server: McpServerKey.parse({ org: 'home', server: 'bakery' }),
    config: { revision: 1, stateless: false, connection: { transport: 'streamable-http', url } },
    signal,
    onToolsChanged: () => undefined,
  });
}

test('a name that leads to an address of this machine is not connected to', async () => {
  await expect(
    connect(`http://bakery.example.com:${port}/mcp`, ['127.0.0.1']),
  ).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED', status: 'failed' });
  expect(touched).toBe(0);
});

test('a name that leads elsewhere the second time gains nothing by it', async () => {
  const addresses = ['192.0.2.1', '127.0.0.1'];
  await expect(connect(`http://bakery.example.com:${port}/mcp`, addresses)).rejects.toMatchObject({
    code: 'URL_NOT_ALLOWED',
  });
  expect(touched).toBe(0);
});

test('a server that refuses connections is unreached', async () => {
  const connector = createSdkConnector({
    allowedHosts: new Set(['127.0.0.1:1']),
    clock: systemClock,
    log: silentLogger,
  });
  await expect(
    connector({
      server: McpServerKey.parse({ org: 'home', server: 'bakery' }),
      config: {
        revision: 1,
        stateless: false,
        connection: { transport: 'streamable-http', url: 'http://127.0.0.1:1/mcp' },
      },
      signal: AbortSignal.timeout(5_000),
      onToolsChanged: () => undefined,
    }),
  ).rejects.toMatchObject({
    code: 'MCP_UNREACHABLE',
    status: 'unreached',
    message: 'the server was not reached, or broke off (ECONNREFUSED)',
  });
});

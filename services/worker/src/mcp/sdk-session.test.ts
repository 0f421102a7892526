import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServerKey } from '@bakerst/contracts';
import { type Clock, silentLogger, systemClock } from '@bakerst/kit';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { McpSession } from './ports.ts';
import { createSdkConnector } from './sdk-connector.ts';

const Message = z.object({ id: z.number().optional(), method: z.string() });
const BAKE = { tool: 'bake', arguments: {} };
const never = new AbortController().signal;
let bakery: AsyncDisposableStack;

afterEach(async () => {
  await bakery.disposeAsync();
});

interface Bakery {
  /** What its only tool does. */
  readonly bake: (response: ServerResponse, id: number) => void;
  /** What it does when a stream is opened, or picked up after this event. */
  readonly listen?: (response: ServerResponse, lastEvent: string | undefined) => void;
  readonly clock?: Clock;
}

/** A session with a server. */
async function openBakery({
  bake,
  listen = (response) => void response.writeHead(405).end(),
  clock = systemClock,
}: Bakery): Promise<McpSession> {
  bakery = new AsyncDisposableStack();
  const server = createServer(async (request, response) => {
    if (request.method === 'GET')
      return listen(response, request.headers['last-event-id']?.toString());
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { id, method } = Message.parse(JSON.parse(Buffer.concat(chunks).toString()));
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'initialize') sendJson(response, { id, result: HELLO });
    else bake(response, id);
  });
  bakery.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = createSdkConnector({
    allowedHosts: new Set([host]),
    clock,
    log: silentLogger,
  });
  const connection = { transport: 'streamable-http', url: `http://${host}/mcp` } as const;
  const session = await connect({
    server: McpServerKey.parse({ org: 'home', server: 'bakery' }),
    config: { revision: 1, stateless: false, connection },
    signal: never,
    onToolsChanged: () => undefined,
  });
  return bakery.use(session);
}

const HELLO = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'bakery', version: '1' },
};

function sendJson(response: ServerResponse, message: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', ...message }));
}

test('a call whose connection is cut may have had an effect', async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const session = await openBakery({ bake: () => begin() });
  const call = session.call(BAKE, never);
  await begun;
  await Promise.all([
    expect(call).rejects.toMatchObject({ code: 'CANCELLED', status: 'unknown' }),
    session[Symbol.asyncDispose](),
  ]);
});

test('a server that says itself that something was closed has refused', async () => {
  const error = { code: -32_000, message: 'Connection closed' };
  const session = await openBakery({
    bake: (response, id) => sendJson(response, { id, error }),
  });
  await expect(session.call(BAKE, never)).rejects.toMatchObject({
    code: 'MCP_PROTOCOL_ERROR',
    status: 'failed',
    isCounted: false,
  });
});

/** Events, and the end of the stream; the next one is to be opened at once. */
function sendEvents(response: ServerResponse, events: string): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.end(`retry: 0\n${events}`);
}

test('the stream of an answer may break off more often than a stream of the connection may', async () => {
  const hasty = { ...systemClock, sleep: () => systemClock.sleep(0) };
  const calls: number[] = [];
  let unasked = 0;
  const session = await openBakery({
    clock: hasty,
    bake(response, id) {
      calls.push(id);
      sendEvents(response, 'id: answer-1\ndata:\n\n');
    },
    listen(response, lastEvent) {
      const [, count] = /^answer-(\d+)$/.exec(lastEvent ?? '') ?? [];
      const result = { content: [{ type: 'text', text: 'baked' }] };
      const message = JSON.stringify({ jsonrpc: '2.0', id: calls[0], result });
      if (count === undefined) {
        unasked++;
        sendEvents(response, 'id: other-1\ndata:\n\n');
      } else if (Number(count) < 150) {
        sendEvents(response, `id: answer-${Number(count) + 1}\ndata:\n\n`);
      } else sendEvents(response, `id: answer-151\ndata: ${message}\n\n`);
    },
  });
  expect(await session.call(BAKE, never)).toMatchObject({ status: 'ok', text: 'baked' });
  await expect.poll(() => unasked).toBe(100);
});

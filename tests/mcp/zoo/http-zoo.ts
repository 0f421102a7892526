import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Message, plainTool, text } from './speak.ts';

/** A server over HTTP, by what is wrong with it. */
type Species =
  | 'html'
  | 'unauthorized'
  | 'huge-json'
  | 'huge-events'
  | 'wrong-id'
  | 'breaking-off'
  | 'never-ending'
  | 'redirecting'
  | 'forgetful'
  | 'deep'
  | 'failing'
  | 'restless'
  | 'wordy';

interface Seen {
  readonly method: string | undefined;
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface HttpZoo extends AsyncDisposable {
  /** `host:port`, as HTTP_ALLOW_HOSTS names it. */
  readonly host: string;
  readonly seen: readonly Seen[];
  urlOf(species: Species): string;
}

type Answer = (response: ServerResponse, message: Message) => void;

/** All of them at one address; each answers `initialize` and misbehaves at a call, unless it refuses everything. */
export async function openHttpZoo(): Promise<HttpZoo> {
  const seen: Seen[] = [];
  const sessions = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const { method, headers } = request;
    seen.push({ method, path, authorization: headers.authorization });
    void answer(request, response, sessions);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
  return {
    host,
    seen,
    urlOf: (species) => `http://${host}/${species}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: Map<string, number>,
): Promise<void> {
  const species = (request.url ?? '').slice(1);
  if (species === 'html') return sendHtml(response);
  if (species === 'unauthorized') return refuse(response);
  if (request.method === 'GET') return listen(response, species);
  if (request.method !== 'POST') return void response.writeHead(405).end();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const message: Message = JSON.parse(Buffer.concat(chunks).toString());
  if (message.id === undefined) return void response.writeHead(202).end();
  if (message.method === 'initialize') {
    const session = (sessions.get(species) ?? 0) + 1;
    sessions.set(species, session);
    return initialize(response, message, session);
  }
  if (message.method === 'tools/list')
    return sendJson(response, { id: message.id, result: { tools: [plainTool('go')] } });
  if (species === 'forgetful') return forget(request, response, message);
  misbehave[species]?.(response, message);
}

function listen(response: ServerResponse, species: string): void {
  if (species === 'restless') sendRestless(response);
  else if (species === 'wordy') sendHtml(response);
  else response.writeHead(405).end();
}

/** Knows its first session no more when that is used. */
function forget(request: IncomingMessage, response: ServerResponse, { id }: Message): void {
  const session = String(request.headers['mcp-session-id']);
  if (session === 'session-1') response.writeHead(404).end();
  else sendJson(response, { id, result: text(session) });
}

function initialize(response: ServerResponse, { id }: Message, session: number): void {
  response.setHeader('mcp-session-id', `session-${session}`);
  const serverInfo = { name: 'http-zoo', version: '1' };
  const result = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo };
  sendJson(response, { id, result });
}

function sendJson(response: ServerResponse, message: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', ...message }));
}

function sendHtml(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome to nginx!</h1>');
}

/** A stream that ends at once, and is to be opened again at once. */
function sendRestless(response: ServerResponse): void {
  startEvents(response);
  response.end('retry: 0\nid: 1\ndata:\n\n');
}

function refuse(response: ServerResponse): void {
  const metadata = 'http://169.254.169.254/latest/meta-data';
  response.writeHead(401, {
    'Content-Type': 'application/json',
    'WWW-Authenticate': `Bearer resource_metadata="${metadata}"`,
  });
  response.end('{}');
}

const BLOCK = 'x'.repeat(64 * 1024);

/** Writes 50 MB, or as much as is read. */
function pour(response: ServerResponse, left = 800): void {
  if (left === 0 || response.destroyed) return void response.end();
  if (response.write(BLOCK)) setImmediate(() => pour(response, left - 1));
  else response.once('drain', () => pour(response, left - 1));
}

function startEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
}

const misbehave: Readonly<Record<string, Answer>> = {
  'huge-json': (response, { id }) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`);
    pour(response);
  },
  'huge-events': (response) => {
    startEvents(response);
    response.write('data: ');
    pour(response);
  },
  'wrong-id': (response, { id }) =>
    sendJson(response, { id: Number(id) + 1_000, result: text('for somebody else') }),
  'breaking-off': (response) => {
    startEvents(response);
    response.write(': soon\n\n', () => response.destroy());
  },
  'never-ending': (response) => {
    startEvents(response);
    response.write(': soon\n\n');
  },
  redirecting: (response) => {
    response.writeHead(307, { Location: 'http://169.254.169.254/latest' }).end();
  },
  deep: (response, { id }) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    response.end(
      `{"jsonrpc":"2.0","id":${id},"result":{"content":[],"structuredContent":${nested}}}`,
    );
  },
  restless: (response, { id }) => sendJson(response, { id, result: text('here') }),
  wordy: (response, { id }) => sendJson(response, { id, result: text('here') }),
  failing: (response) => {
    response.writeHead(503).end('try later');
  },
};

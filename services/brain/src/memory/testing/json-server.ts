import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface JsonRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface JsonServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly JsonRequest[];
  /** Whatever is asked fails with this status. */
  failWith: number | undefined;
  /** What such an answer says of when to ask again, in seconds. */
  retryAfter: number | undefined;
  /** After so many further requests none is answered, until they are released. */
  holdAfter(count: number): void;
  release(): void;
}

/** A server on loopback that answers JSON with JSON. */
export async function openJsonServer(
  answer: (request: JsonRequest) => JsonAnswer,
): Promise<JsonServer> {
  const requests: JsonRequest[] = [];
  const state: Pick<JsonServer, 'failWith' | 'retryAfter'> = {
    failWith: undefined,
    retryAfter: undefined,
  };
  const gate = createGate();
  const server = createServer((request, response) => {
    void gate.pass(readJson(request)).then((body) => {
      const { method = '', url: path = '', headers } = request;
      const asked = { method, path, headers, body };
      requests.push(asked);
      const given =
        state.failWith === undefined ? answer(asked) : { status: state.failWith, body: {} };
      response.writeHead(given.status, {
        'Content-Type': 'application/json',
        ...(state.retryAfter !== undefined && { 'Retry-After': state.retryAfter }),
      });
      response.end(JSON.stringify(given.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const port = toPort(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get failWith() {
      return state.failWith;
    },
    set failWith(status) {
      state.failWith = status;
    },
    get retryAfter() {
      return state.retryAfter;
    },
    set retryAfter(seconds) {
      state.retryAfter = seconds;
    },
    holdAfter: gate.holdAfter,
    release: gate.release,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createGate() {
  let left = Number.POSITIVE_INFINITY;
  let opened = Promise.withResolvers<void>();
  return {
    async pass<T>(asked: Promise<T>): Promise<T> {
      const value = await asked;
      if (left-- <= 0) await opened.promise;
      return value;
    },
    holdAfter(count: number): void {
      left = count;
    },
    release(): void {
      left = Number.POSITIVE_INFINITY;
      opened.resolve();
      opened = Promise.withResolvers();
    },
  };
}

function toPort(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  const text = Buffer.concat(pieces).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

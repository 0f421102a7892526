import type { Server, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { createPromptCache } from '../reply/prompt-cache.ts';
import type { Responder } from './answer-messages.ts';
import { createModelCatalogue } from './model-catalogue.ts';
import { cutOff, type Exchange, type ReceivedRequest } from './received-request.ts';
import { type RouteDeps, routeRequest } from './route-request.ts';
import { sendError } from './send-json.ts';

/** Longer than any client keeps an idle connection: a reuse never meets a close. */
const KEEP_ALIVE_MS = 120_000;

export interface ModelServerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** The only key that is accepted; without it any key is. */
  readonly apiKey?: string;
  /** The only models that are served; without it any name is accepted. */
  readonly models?: readonly string[];
  /** 32 MiB unless told otherwise, as the API has it. */
  readonly maxBodyBytes?: number;
  /** Called for every `POST /v1/messages` whose body was read, before it is answered. */
  readonly onReceived?: (received: ReceivedRequest) => void;
  /** Called when the answer to such a request has ended, whichever way. */
  readonly onEnded?: (received: ReceivedRequest) => void;
}

/** A server that speaks the Messages API; disposing of it cuts whatever is still being answered. */
export interface ModelServer extends AsyncDisposable {
  /** What ANTHROPIC_BASE_URL is set to. */
  readonly url: string;
}

/** Listens; rejects with the system's error when the port is taken. */
export async function openModelServer(
  respond: Responder,
  options: ModelServerOptions = {},
): Promise<ModelServer> {
  const { port = 0, host = '127.0.0.1' } = options;
  const deps = createDeps(respond, options);
  const open = new Set<ServerResponse>();
  const nextId = createCounter();
  // NOTE: an import statement would read every export of node:http, and one of them loads undici: 16 MB for nothing.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    response.setHeader('request-id', `req_offline_${nextId()}`);
    void answer(deps, { request, response });
  });
  await listen(server, port, host);
  return {
    url: readUrl(server),
    async [Symbol.asyncDispose]() {
      for (const response of open) cutOff(response);
      await close(server);
    },
  };
}

function createDeps(respond: Responder, options: ModelServerOptions): RouteDeps {
  const { onReceived, onEnded } = options;
  return {
    respond,
    apiKey: options.apiKey,
    maxBodyBytes: options.maxBodyBytes,
    catalogue: createModelCatalogue(options.models),
    cache: createPromptCache(),
    nextIndex: createCounter(),
    nextReceived: createCounter(),
    onReceived: (received) => onReceived?.(received),
    onEnded: (received) => onEnded?.(received),
  };
}

async function answer(deps: RouteDeps, exchange: Exchange): Promise<void> {
  try {
    await routeRequest(deps, exchange);
  } catch (error) {
    refuse(exchange, error);
  }
}

/** The one place where errors become answers; whatever is no ApiError (a script that throws) is a 500 with its text. */
function refuse({ request, response }: Exchange, error: unknown): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    cutOff(response);
    return;
  }
  request.resume();
  sendError(response, error instanceof ApiError ? error : toServerError(error));
}

function toServerError(error: unknown): ApiError {
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(500, message, { headers: { 'x-should-retry': 'false' } });
}

function createCounter(): () => number {
  let next = 0;
  return () => next++;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  server.off('error', reject);
}

function readUrl(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

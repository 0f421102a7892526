import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorBody, ErrorCode } from '@bakerst/contracts';
import { type NewId, StartError } from '@bakerst/kit';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * How long a client is told that a connection is kept: little more than a brain lingers when it stops, so that hardly one
 * is chosen for a request at the moment at which it is closed.
 */
const KEPT_TOLD_MS = 3_000;
/** It is kept for longer than load balancers keep theirs, for whoever does not heed that. */
const KEPT_MS = 65_000;
const CHECK_MS = 2_000;
/** Idle connections are cheap; without a bound they would take every file descriptor. */
const MAX_CONNECTIONS = 16_384;

interface ServerOptions {
  readonly port: number;
  readonly host: string;
  readonly newId: NewId;
}

/** A listening server whose refusals are JSON even where no request could be parsed. Throws StartError for a taken port. */
export async function openHttpServer(
  listener: RequestListener,
  options: ServerOptions,
): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEPT_TOLD_MS,
      keepAliveTimeoutBuffer: KEPT_MS - KEPT_TOLD_MS,
      connectionsCheckingInterval: CHECK_MS,
      // Answered by checkHost, which says so in JSON.
      requireHostHeader: false,
    },
    listener,
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (err, socket) => refuse(socket, refusalOf(err), options.newId));
  server.on('connect', (_request, socket) => refuse(socket, NOT_A_PROXY, options.newId));
  server.on('checkExpectation', (_request, response) => {
    refuse(response.socket, WRONG_EXPECTATION, options.newId);
  });
  await listen(server, options);
  return server;
}

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
}

const NOT_A_PROXY: Refusal = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  reason: 'METHOD_NOT_ALLOWED',
  message: 'this is no proxy',
};

const WRONG_EXPECTATION: Refusal = {
  status: 417,
  code: 'VALIDATION_ERROR',
  reason: 'INVALID_REQUEST',
  message: 'this expectation cannot be met',
};

function refusalOf(err: NodeJS.ErrnoException): Refusal {
  if (err.code === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      code: 'VALIDATION_ERROR',
      reason: 'HEADERS_TOO_LARGE',
      message: 'the headers are too large',
    };
  if (err.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      status: 408,
      code: 'VALIDATION_ERROR',
      reason: 'REQUEST_TIMEOUT',
      message: 'the request took too long to arrive',
    };
  return {
    status: 400,
    code: 'VALIDATION_ERROR',
    reason: 'INVALID_REQUEST',
    message: 'this is no valid HTTP request',
  };
}

/** Writes an answer by hand: there is no response object for what is not a request. */
function refuse(socket: Duplex | null, refusal: Refusal, newId: NewId): void {
  if (socket === null || !socket.writable) return;
  const { status, code, reason, message } = refusal;
  const body: ErrorBody = { error: message, code, message, reason, request_id: newId() };
  const json = JSON.stringify(body);
  const allow = status === 405 ? 'Allow: GET, POST\r\n' : '';
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json\r\n` +
      `${allow}Content-Length: ${Buffer.byteLength(json)}\r\nConnection: close\r\n\r\n${json}`,
  );
}

async function listen(server: Server, { port, host }: ServerOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (err: NodeJS.ErrnoException) => reject(toStartError(err, port)));
  server.listen(port, host, resolve);
  await promise;
}

function toStartError(err: NodeJS.ErrnoException, port: number): Error {
  if (err.code === 'EADDRINUSE')
    return new StartError(
      `port ${port} is taken by another program: stop that one, or choose another port with PORT=${port + 1}`,
    );
  if (err.code === 'EACCES')
    return new StartError(
      `port ${port} may not be used by this user: choose one above 1023 with PORT=`,
    );
  return err;
}

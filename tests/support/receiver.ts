import { createHmac } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { CallbackEvent } from '@bakerst/contracts';
import { close, listen } from '../faults/harness/listen.ts';

/** A callback as it came in. */
export interface ReceivedCallback {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: CallbackEvent;
  /** By its header; the same for an event that is sent again. */
  readonly id: string;
  /** The receiver has answered with success. */
  isTaken: boolean;
}

type Handler = (response: ServerResponse, call: ReceivedCallback) => void | Promise<void>;

/** Who is called back: a server on loopback that does with callbacks what a test says. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** As HTTP_ALLOW_HOSTS names it. */
  readonly host: string;
  /** Every request, oldest first. */
  readonly calls: readonly ReceivedCallback[];
  /** From now on. */
  answer(handler: Handler): void;
  /** Those that this key was sent with. */
  callsOf(messageKey: string): readonly ReceivedCallback[];
  /** Resolves with the first callback, past or to come, of which this is true. */
  waitFor(isIt: (call: ReceivedCallback) => boolean): Promise<ReceivedCallback>;
}

export const TAKE: Handler = (response) => void response.writeHead(204).end();

export async function openReceiver(): Promise<Receiver> {
  const calls: ReceivedCallback[] = [];
  const waiters = new Set<() => void>();
  let handle = TAKE;
  const server = createServer(async (request, response) => {
    const call = await readCallback(request);
    const tell = (): void => {
      for (const look of waiters) look();
    };
    response.on('finish', () => {
      call.isTaken = response.statusCode < 300;
      tell();
    });
    calls.push(call);
    tell();
    await handle(response, call);
  });
  const host = `127.0.0.1:${await listen(server)}`;
  return {
    url: `http://${host}/callbacks`,
    host,
    calls,
    answer(handler) {
      handle = handler;
    },
    callsOf: (messageKey) => calls.filter(({ event }) => event.message_key === messageKey),
    waitFor(isIt) {
      const { promise, resolve } = Promise.withResolvers<ReceivedCallback>();
      const look = (): void => {
        const found = calls.find(isIt);
        if (found !== undefined) resolve(found);
        if (found !== undefined) waiters.delete(look);
      };
      waiters.add(look);
      look();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await close(server);
    },
  };
}

async function readCallback(request: IncomingMessage): Promise<ReceivedCallback> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  return {
    path: request.url ?? '',
    headers: request.headers,
    body,
    event: CallbackEvent.parse(JSON.parse(body)),
    id: String(request.headers['x-bakerst-event']),
    isTaken: false,
  };
}

/** As a receiver checks it, from what it got and the secret alone. */
export function isSignedBy(secret: string, { headers, body }: ReceivedCallback): boolean {
  const signed = `${headers['x-bakerst-timestamp']}.${body}`;
  const hmac = createHmac('sha256', secret).update(signed).digest('hex');
  return headers['x-bakerst-signature'] === `sha256=${hmac}`;
}

/** The text that a receiver has after these callbacks; one that was sent again counts once. */
export function toText(calls: readonly ReceivedCallback[]): string {
  const events = new Map(calls.map(({ id, event }) => [id, event]));
  let text = '';
  for (const event of events.values())
    if (event.type === 'progress' || event.type === 'complete')
      text = event.replace ? event.text : text + event.text;
  return text;
}

export function isEnd({ event }: ReceivedCallback): boolean {
  return event.type === 'complete' || event.type === 'error';
}

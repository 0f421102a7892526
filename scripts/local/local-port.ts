import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '@bakerst/kit/start-error';

const LOOK_EVERY_MS = 100;
/** Below the ports that systems hand out for outgoing connections, which come and go. */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const TRIES = 50;

/** The error's code when nobody can listen there now, undefined when one can. */
async function whyTaken(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  server.once('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? cause.message));
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  return promise;
}

export async function isFree(port: number): Promise<boolean> {
  return (await whyTaken(port, '127.0.0.1')) === undefined;
}

/** A port on loopback that is free now. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
  throw new StartError(`no port from ${FIRST_PORT} to ${FIRST_PORT + PORTS} is free on 127.0.0.1`);
}

interface PortWait {
  readonly host: string;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Waits for a port that a former process still holds; throws StartError saying what to change when it stays taken. */
export async function awaitFreePort(
  port: number,
  { host, waitMs, signal }: PortWait,
): Promise<void> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    const why = await whyTaken(port, host);
    if (why === undefined) return;
    if (why !== 'EADDRINUSE' || performance.now() > giveUpAt)
      throw new StartError(explain(why, port, host));
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

function explain(why: string, port: number, host: string): string {
  switch (why) {
    case 'EADDRINUSE':
      return `port ${port} is taken by another program: stop it or set PORT to another one`;
    case 'EACCES':
      return `port ${port} needs rights that you do not have: set PORT to one above 1023`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine: correct BIND_ADDRESS`;
    default:
      return `cannot listen on ${host}:${port} (${why}): correct BIND_ADDRESS and PORT`;
  }
}

import { type Clock, type Logger, StartError } from '@bakerst/kit';
import { type JetStreamClient, type JetStreamManager, jetstream } from '@nats-io/jetstream';
import { AuthorizationError, connect, type NatsConnection } from '@nats-io/transport-node';
import { busUnavailable } from './nats-unavailable.ts';

/** Oldest server that has every feature used here (design section 6); older ones ignore them silently. */
const OLDEST_SERVER = '2.12.0';
/** Below this one the JetStream store has known defects. */
const ADVISED_SERVER = '2.12.7';
const RECONNECT_MS = 250;
/** A server that accepts a connection and then says nothing. */
const CONNECT_MS = 5_000;

export interface NatsLinkOptions {
  /** `nats://user:password@host:port`. */
  readonly url: string;
  /** Shown in the server's connection list; also the inbox prefix, `_INBOX_<service>`, see inboxOf. */
  readonly service: string;
}

interface NatsLinkDeps {
  readonly log: Logger;
  readonly clock: Clock;
}

/** The one connection of a service; it comes back by itself for as long as the service lives. */
export interface NatsLink extends AsyncDisposable {
  /** Throws AppError UNAVAILABLE before the first connection. */
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  isConnected(): boolean;
  /** Returns once connected; throws AppError UNAVAILABLE after `ms`. */
  waitConnected(ms: number): Promise<void>;
  /** Calls `listener` after the first connection and after every later one. */
  onConnected(listener: () => void): Disposable;
}

interface Opened {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

/**
 * Starts connecting and returns at once. A server that is too old, or refuses the credentials, ends in
 * `refused` with a StartError; a server that is away is waited for.
 */
export function openNatsLink(
  options: NatsLinkOptions,
  deps: NatsLinkDeps,
): NatsLink & { readonly refused: Promise<never> } {
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let opened: Opened | undefined;
  let connected = false;
  const setConnected = (isUp: boolean): void => {
    connected = isUp;
    deps.log[isUp ? 'info' : 'warn']({}, isUp ? 'nats connected' : 'nats disconnected');
    if (isUp) for (const listener of listeners) listener();
  };
  const starting = connectPatiently(options, deps, closing.signal).then(async (link) => {
    if (link === undefined) return;
    // Whoever opened the link is gone already, and nobody else would close this.
    if (closing.signal.aborted) return await link.nc.close();
    opened = link;
    void followStatus(link.nc, deps.log, setConnected);
    setConnected(true);
  });
  starting.catch(() => undefined);
  const need = (): Opened => {
    if (opened === undefined) throw busUnavailable('the message bus is away');
    return opened;
  };
  return {
    refused: starting.then(() => new Promise<never>(() => undefined)),
    get nc() {
      return need().nc;
    },
    get js() {
      return need().js;
    },
    get jsm() {
      return need().jsm;
    },
    isConnected: () => connected,
    waitConnected: (ms) => waitUntil({ isUp: () => connected, listeners, ms }, deps.clock),
    onConnected(listener) {
      listeners.add(listener);
      if (connected) listener();
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      listeners.clear();
      if (opened !== undefined) await closeConnection(opened.nc, connected);
    },
  };
}

/** Tries until the server is there; undefined when it is given up before that. */
async function connectPatiently(
  options: NatsLinkOptions,
  deps: NatsLinkDeps,
  signal: AbortSignal,
): Promise<Opened | undefined> {
  while (!signal.aborted) {
    try {
      return await openConnection(options, deps);
    } catch (err) {
      if (err instanceof StartError) throw err;
      if (err instanceof AuthorizationError) throw refusedUser(err);
      deps.log.debug({ err }, 'nats not reached');
      await deps.clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  }
  return undefined;
}

function refusedUser(cause: Error): StartError {
  return new StartError('nats-server refused the user and password of NATS_URL', { cause });
}

/** A user of its own for some workers (`worker-code`) has an inbox of its own, which the others cannot hear. */
function inboxOf(service: string, user: string): string {
  return /^[a-z-]+$/.test(user) && user.startsWith(`${service}-`) ? user : service;
}

async function openConnection(options: NatsLinkOptions, deps: NatsLinkDeps): Promise<Opened> {
  const server = new URL(options.url);
  const nc = await connect({
    servers: server.host,
    ...(server.username !== '' && {
      user: decodeURIComponent(server.username),
      pass: decodeURIComponent(server.password),
    }),
    name: options.service,
    inboxPrefix: `_INBOX_${inboxOf(options.service, server.username)}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: CONNECT_MS,
    noAsyncTraces: true,
  });
  try {
    checkServer(nc.info?.version ?? '0.0.0', deps.log);
  } catch (err) {
    await nc.close();
    throw err;
  }
  const js = jetstream(nc, { timeout: 2_000 });
  return { nc, js, jsm: await js.jetstreamManager(false) };
}

function checkServer(version: string, log: Logger): void {
  if (isOlder(version, OLDEST_SERVER))
    throw new StartError(
      `nats-server ${version} is too old: bakerst needs ${OLDEST_SERVER} or newer (NATS_SERVER names the one to start, NATS_URL the one to use)`,
    );
  if (isOlder(version, ADVISED_SERVER))
    log.warn({ version, advised: ADVISED_SERVER }, 'nats-server has known defects');
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

async function followStatus(
  nc: NatsConnection,
  log: Logger,
  setConnected: (isUp: boolean) => void,
): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type === 'disconnect') setConnected(false);
    if (status.type === 'reconnect' && isUsable(nc, log)) setConnected(true);
  }
}

/** False for a server that is too old: the bus counts as away until another one is in its place. */
function isUsable(nc: NatsConnection, log: Logger): boolean {
  try {
    checkServer(nc.info?.version ?? '0.0.0', log);
    return true;
  } catch (err) {
    log.error({ err }, 'nats-server is not used');
    return false;
  }
}

/** Calls `listener` after every connection but the present one. */
export function onReconnected(link: NatsLink, listener: () => void): Disposable {
  let isNews = false;
  const watch = link.onConnected(() => {
    if (isNews) listener();
  });
  isNews = true;
  return watch;
}

interface Wait {
  readonly isUp: () => boolean;
  readonly listeners: Set<() => void>;
  readonly ms: number;
}

async function waitUntil({ isUp, listeners, ms }: Wait, clock: Clock): Promise<void> {
  if (isUp()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  using _alarm = clock.after(ms, () => reject(busUnavailable('the message bus is away')));
  listeners.add(resolve);
  try {
    await promise;
  } finally {
    listeners.delete(resolve);
  }
}

/** What is under way is flushed while the server is there; without it there is nothing to wait for. */
async function closeConnection(nc: NatsConnection, connected: boolean): Promise<void> {
  if (connected) await nc.drain();
  else await nc.close();
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobType } from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';
import { type NatsLink, openNatsLink } from './nats-link.ts';
import { ensureTopology } from './nats-topology.ts';

interface NatsServerOptions {
  readonly binary: string;
  /** A free one is chosen when it is not given. */
  readonly port?: number;
  /** Kept across restarts when given; a temporary one otherwise. */
  readonly storeDir?: string;
  /** `default` leaves it to the server (2 minutes): the bench shows by it what `always` costs. */
  readonly syncInterval?: 'always' | 'default';
  /** Where it tells of its health; nowhere without one. */
  readonly monitorPort?: number;
  /** Rejects when it does not listen by then; as long as it lives without it. */
  readonly readyMs?: number;
}

/** A real nats-server on loopback for tests and benches, set as in production. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly storeDir: string;
  /** Ends it with SIGKILL; the store stays. */
  kill(): Promise<void>;
}

export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-nats-'));
  const storeDir = options.storeDir ?? join(dir, 'store');
  const config = join(dir, 'nats.conf');
  const sync = options.syncInterval === 'default' ? '' : 'sync_interval: always';
  writeFileSync(
    config,
    `host: 127.0.0.1\nmax_payload: 2MB\njetstream { store_dir: "${storeDir}"\nmax_memory_store: 256MB\nmax_file_store: 8GB\n${sync} }\n`,
  );
  const found = new AbortController();
  const ports = watchForFile(dir, found.signal);
  const server = spawn(
    options.binary,
    [
      ...['-c', config, '-p', String(options.port ?? -1), '--ports_file_dir', dir],
      ...(options.monitorPort === undefined ? [] : ['-m', String(options.monitorPort)]),
    ],
    { stdio: 'ignore' },
  );
  const pid = server.pid;
  if (pid === undefined) throw new Error(`cannot start ${options.binary}`);
  const kill = (): Promise<void> => endProcess(server);
  const port = await portOf(server, { address: ports, readyMs: options.readyMs }).catch((err) => {
    found.abort();
    rmSync(dir, { recursive: true, force: true });
    throw err;
  });
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    pid,
    storeDir,
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A server was ended, as it lived and did not listen in the time that it had. */
export class NeverReadyError extends Error {}

/** Of a server that is being started. Throws NeverReadyError, or for one that ends by itself an Error. */
async function portOf(
  server: ChildProcess,
  { address, readyMs }: { readonly address: Promise<string>; readonly readyMs: number | undefined },
): Promise<number> {
  let isLate = false;
  const giveUp = (): void => {
    isLate = true;
    server.kill('SIGKILL');
  };
  const timer = readyMs === undefined ? undefined : setTimeout(giveUp, readyMs);
  const found = await Promise.race([address, once(server, 'exit').then(() => undefined)]);
  clearTimeout(timer);
  if (found !== undefined) return Number(new URL(found).port);
  throw isLate
    ? new NeverReadyError('nats-server did not get ready')
    : new Error('nats-server ended before it was ready');
}

async function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}

/** The address that the server writes into `<name>_<pid>.ports` once it listens. */
function watchForFile(dir: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const watcher = watch(dir, { signal }, (_, file) => {
      if (file?.endsWith('.ports') !== true) return;
      const address = /nats:\/\/[^"]+/.exec(readIfThere(join(dir, file)));
      if (address === null) return;
      watcher.close();
      resolve(address[0]);
    });
  });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Seen before it was complete; the next event tells again.
    return '';
  }
}

/** Takes every message out of a stream, as its loss would. */
export async function purgeStream(url: string, stream: string): Promise<void> {
  const deps = { log: silentLogger, clock: systemClock };
  await using link = openNatsLink({ url, service: 'test' }, deps);
  await link.waitConnected(5_000);
  await link.jsm.streams.purge(stream);
}

/** Removes a stream, or that of a bucket, and makes it again with nothing in it, as a hand may. */
export async function replaceStream(
  url: string,
  stream: string,
  changes: { readonly storage?: 'file' | 'memory' } = {},
): Promise<void> {
  const deps = { log: silentLogger, clock: systemClock };
  await using link = openNatsLink({ url, service: 'test' }, deps);
  await link.waitConnected(5_000);
  const { config } = await link.jsm.streams.info(stream);
  await link.jsm.streams.delete(stream);
  await link.jsm.streams.add({ ...config, ...changes });
}

/** Hears every message on a subject, as a bystander that takes part in nothing. */
export async function watchSubject(
  url: string,
  subject: string,
  listener: (body: string, subject: string) => void,
): Promise<AsyncDisposable> {
  const link = openNatsLink({ url, service: 'test' }, { log: silentLogger, clock: systemClock });
  await link.waitConnected(5_000);
  link.nc.subscribe(subject, {
    callback: (err, message) => {
      if (err === null) listener(message.string(), message.subject);
    },
  });
  return link;
}

/** Messages that a stream holds. */
export async function countMessages(url: string, stream: string): Promise<number> {
  const deps = { log: silentLogger, clock: systemClock };
  await using link = openNatsLink({ url, service: 'test' }, deps);
  await link.waitConnected(5_000);
  return (await link.jsm.streams.info(stream)).state.messages;
}

/** What the tests of the adapters work on: a server with every stream and bucket, and the brain's link to it. */
export interface PreparedNats extends AsyncDisposable {
  readonly server: NatsServer;
  readonly link: NatsLink;
}

export async function openPreparedNats(
  binary: string,
  options: { readonly kind: JobType; readonly leaseMs: number },
): Promise<PreparedNats> {
  await using opening = new AsyncDisposableStack();
  const server = opening.use(await startNatsServer({ binary }));
  const deps = { log: silentLogger, clock: systemClock };
  const link = opening.use(openNatsLink({ url: server.url, service: 'brain' }, deps));
  await link.waitConnected(5_000);
  const { kind, leaseMs } = options;
  await ensureTopology(link, { kinds: [kind], leaseMs, ackWaitMs: 8_000 }, silentLogger);
  const open = opening.move();
  return { server, link, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

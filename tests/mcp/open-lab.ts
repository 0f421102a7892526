import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  createNatsMcpRequester,
  ensureTopology,
  type NatsLink,
  openNatsLink,
  tellMcpChanged,
  watchMcpChanges,
} from '@bakerst/bus';
import { startNatsServer } from '@bakerst/bus/testing';
import {
  type McpAnswer,
  McpCall,
  McpChanged,
  type McpConfigAnswer,
  type McpConnection,
  McpDiscoverAsk,
  type McpDiscovery,
  McpServerKey,
  Subjects,
} from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';
import { inject } from 'vitest';
import { type Service, startService } from '../support/service.ts';

type Config = NonNullable<McpConfigAnswer['config']>;

/** So that a worker's memory tells what it holds, and not what it has not cleared away yet. */
export const SMALL_HEAP = {
  NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=2',
} as const;

export interface LabOptions {
  readonly workers?: number;
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** A server that is there already, as each service reaches it. */
  readonly nats?: { readonly brain: string; readonly worker: string };
}

/** A real nats-server and real workers; the test answers for the brain. */
export interface Lab extends AsyncDisposable {
  readonly link: NatsLink;
  readonly workers: readonly Service[];
  /** What was said to have changed, so far. */
  readonly changes: readonly McpChanged[];
  /** How often a server's entry was asked for. */
  asked(server: string): number;
  /** From now on this is the entry of the server; its revision grows. */
  set(server: string, connection: McpConnection | null, more?: { stateless?: boolean }): void;
  /** Sets the program of this name in the zoo, over standard streams, under its name. */
  setZoo(name: string, more?: { stateless?: boolean }): void;
  /** In the environment of all that the zoo of this lab has started. */
  readonly mark: string;
  /** As a brain or the sandbox of any worker would, or of one worker by its id. */
  call(server: string, more?: CallOptions): Promise<McpAnswer>;
  discover(server: string): Promise<McpDiscovery>;
  startWorker(): Promise<Service>;
}

interface CallOptions {
  readonly tool?: string;
  readonly args?: McpCall['arguments'];
  readonly timeoutMs?: number;
  readonly to?: { readonly workerId: string };
}

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  await using opening = new AsyncDisposableStack();
  const nats = options.nats ?? (await startNats(opening));
  const link = opening.use(await openBrainLink(nats.brain));
  const mark = `zoo-${randomUUID()}`;
  const entries = new Map<string, Config>();
  const asks: string[] = [];
  serveConfig(link, entries, asks);
  const changes: McpChanged[] = [];
  opening.use(watchMcpChanges(link, (changed) => changes.push(changed)));
  const workers: Service[] = [];
  const startWorker = async (): Promise<Service> => {
    const env = { NATS_URL: nats.worker, WORKER_KINDS: 'mcp', LOG_LEVEL: 'debug' };
    const worker = startService({ name: 'worker', env: { ...env, ...options.workerEnv } });
    opened.defer(async () => {
      await worker.end('SIGKILL');
    });
    await worker.logged('worker ready');
    workers.push(worker);
    return worker;
  };
  const opened = opening.move();
  for (let i = 0; i < (options.workers ?? 1); i++) await startWorker();
  return {
    link,
    workers,
    changes,
    asked: (server) => asks.filter((each) => each === server).length,
    set: (server, connection, more) => setEntry(link, entries, { server, connection, ...more }),
    setZoo: (name, more) =>
      setEntry(link, entries, { server: name, connection: zooServer(name, mark), ...more }),
    mark,
    call: (server, more = {}) => callServer(link, server, more),
    discover: (server) =>
      createNatsMcpRequester(link).discover(
        McpDiscoverAsk.parse({ org: 'home', server, revision: 0 }),
      ),
    startWorker,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function startNats(open: AsyncDisposableStack): Promise<{ brain: string; worker: string }> {
  const { url } = open.use(await startNatsServer({ binary: inject('natsServer') }));
  return { brain: url, worker: url };
}

/** With all that a brain makes. */
async function openBrainLink(url: string): Promise<NatsLink> {
  const link = openNatsLink({ url, service: 'brain' }, { log: silentLogger, clock: systemClock });
  await link.waitConnected(10_000);
  const topology = { kinds: ['mcp' as const], leaseMs: 5_000, ackWaitMs: 8_000 };
  await ensureTopology(link, topology, silentLogger);
  return link;
}

function serveConfig(link: NatsLink, entries: Map<string, Config>, asks: string[]): void {
  link.nc.subscribe(Subjects.mcpConfig, {
    callback: (_err, message) => {
      const { server } = McpServerKey.parse(message.json());
      asks.push(server);
      message.respond(JSON.stringify({ config: entries.get(server) ?? null }));
    },
  });
}

interface NewEntry {
  readonly server: string;
  readonly connection: McpConnection | null;
  readonly stateless?: boolean;
}

function setEntry(link: NatsLink, entries: Map<string, Config>, entry: NewEntry): void {
  const { server, connection, stateless = false } = entry;
  const revision = (entries.get(server)?.revision ?? 0) + 1;
  if (connection === null) entries.delete(server);
  else entries.set(server, { revision, stateless, connection });
  tellMcpChanged(link, McpChanged.parse({ org: 'home', server, what: 'config' }));
}

function callServer(link: NatsLink, server: string, more: CallOptions): Promise<McpAnswer> {
  const { tool = 'go', args = {}, timeoutMs = 20_000, to } = more;
  const call = McpCall.parse({
    org: 'home',
    user: 'gary',
    server,
    tool,
    arguments: args,
    revision: 0,
    jobId: '0190a000-0000-7000-8000-000000000000',
    requestId: 'request-1',
    timeoutMs,
  });
  return createNatsMcpRequester(link).call(call, new AbortController().signal, to);
}

/** A program of the zoo, over standard streams. */
function zooServer(name: string, mark: string): McpConnection {
  const program = join(import.meta.dirname, 'zoo', `${name}.ts`);
  return { transport: 'stdio', command: process.execPath, args: [program], env: { ZOO: mark } };
}

/** A published server from node_modules, over standard streams. */
export function publishedServer(
  name: 'everything' | 'filesystem',
  { args = [], env = {} }: { args?: string[]; env?: Readonly<Record<string, string>> } = {},
): McpConnection {
  const program = join(
    import.meta.dirname,
    `../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`,
  );
  return { transport: 'stdio', command: process.execPath, args: [program, ...args], env };
}

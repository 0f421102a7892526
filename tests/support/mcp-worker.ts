import {
  consumeJobs,
  createNatsResultSender,
  createNatsStartAsker,
  type Delivery,
  openNatsLink,
} from '@bakerst/bus';
import {
  type JobOutcome,
  type JobSpec,
  McpChanged,
  McpConfigAnswer,
  McpDiscoverAsk,
  type McpDiscovery,
  type McpTool,
  Subjects,
} from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';

type McpSpec = JobSpec & { readonly type: 'mcp' };

export interface McpWorkerOptions {
  /** What the servers tell of their tools; undefined: no answer at all. */
  readonly discover: (ask: McpDiscoverAsk) => McpDiscovery | undefined;
  readonly call?: (spec: McpSpec) => JobOutcome;
}

/** Stands for a worker that speaks MCP, with the servers behind it: real NATS, made-up tools. */
export interface McpWorker extends AsyncDisposable {
  readonly asks: readonly McpDiscoverAsk[];
  readonly calls: readonly McpSpec[];
  readonly changes: readonly McpChanged[];
  /** How a brain says that a server is reached. */
  readConfig(org: string, server: string): Promise<McpConfigAnswer['config']>;
  /** A server has said that its tools have changed. */
  tellToolsChanged(org: string, server: string): void;
}

const WORKER_ID = 'stand-in';
const clock = systemClock;
const log = silentLogger;

export async function openMcpWorker(url: string, options: McpWorkerOptions): Promise<McpWorker> {
  await using open = new AsyncDisposableStack();
  const link = open.use(openNatsLink({ url, service: 'worker' }, { log, clock }));
  await link.waitConnected(5_000);
  const deps = { link, clock, log };
  const asks: McpDiscoverAsk[] = [];
  const calls: McpSpec[] = [];
  const changes: McpChanged[] = [];
  link.nc.subscribe(Subjects.mcpDiscover, {
    queue: 'mcp',
    callback: (_err, message) => {
      const ask = McpDiscoverAsk.parse(message.json());
      asks.push(ask);
      const told = options.discover(ask);
      if (told !== undefined) message.respond(JSON.stringify(told));
    },
  });
  link.nc.subscribe(Subjects.mcpChanged, {
    callback: (_err, message) => void changes.push(McpChanged.parse(message.json())),
  });
  const call = (spec: McpSpec): JobOutcome => {
    calls.push(spec);
    return options.call?.(spec) ?? { status: 'completed', result: { text: 'done', media: [] } };
  };
  const jobs = consumeJobs(deps, {
    kind: 'mcp',
    slots: 2,
    handle: (delivery) => handle(deps, delivery, call),
  });
  open.defer(() => jobs.drain());
  const owned = open.move();
  return {
    asks,
    calls,
    changes,
    async readConfig(org, server) {
      const body = JSON.stringify({ org, server });
      const answer = await link.nc.request(Subjects.mcpConfig, body, { timeout: 30_000 });
      return McpConfigAnswer.parse(answer.json()).config;
    },
    tellToolsChanged(org, server) {
      link.nc.publish(Subjects.mcpChanged, JSON.stringify({ org, server, what: 'tools' }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function handle(
  deps: Parameters<typeof createNatsStartAsker>[0],
  delivery: Delivery,
  call: (spec: McpSpec) => JobOutcome,
): Promise<void> {
  const { dispatch, attempt } = delivery;
  const { jobId, requestId, spec } = dispatch;
  if (spec.type !== 'mcp') throw new Error('not a call of a tool');
  const place = { jobId, attempt, baseAttempt: dispatch.attempt, requestId, workerId: WORKER_ID };
  const { signal } = new AbortController();
  if (dispatch.replay === 'never') {
    const { answer } = await createNatsStartAsker(deps).ask(place, signal);
    if (answer !== 'go') return delivery.settle();
  }
  const at = clock.now();
  const result = { ...place, startedAt: at, finishedAt: at, outcome: call(spec) };
  await createNatsResultSender(deps).send(result, signal);
  delivery.settle();
}

/** A tool as a server describes it. */
export function makeTool(name: string, more: Partial<McpTool> = {}): McpTool {
  return {
    name,
    description: `Does ${name}. And more.`,
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
    annotations: {},
    ...more,
  };
}

/** What a server tells that has these tools. */
export function tell(...tools: readonly McpTool[]): McpDiscovery {
  return { status: 'ok', tools: [...tools], warnings: [] };
}

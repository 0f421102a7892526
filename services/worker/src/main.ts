import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  consumeJobs,
  createNatsMcpRequester,
  createNatsResultSender,
  createNatsSigns,
  createNatsStartAsker,
  createNatsToolCallAsker,
  type Heart,
  type NatsLink,
  openNatsLink,
  requestModelConfig,
  startBeating,
  watchHalts,
} from '@bakerst/bus';
import type { JobType } from '@bakerst/contracts';
import { createLogger, openHealthServer, randomId, runService, systemClock } from '@bakerst/kit';
import { loadCommandList } from '@bakerst/kit/command-list';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { z } from 'zod';
import { createAgentExecutor } from './agent/run-agent.ts';
import { createCodeExecutor } from './code/run-code.ts';
import { createCommandExecutor } from './command/run-command.ts';
import { readConfig, type WorkerConfig } from './config.ts';
import type { Executors } from './executor.ts';
import { type Faults, readFaults } from './faults.ts';
import { createHaltedWork } from './halted-work.ts';
import { type HandleJobDeps, handleJob } from './handle-job.ts';
import { createHttpExecutor } from './http/run-http.ts';
import { type OpenMcp, openMcp } from './mcp/app.ts';
import { createMcpExecutor } from './mcp/run-mcp.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { openIsolateSandbox } from './sandbox/isolate-sandbox.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** How long running jobs, and calls for others, may take to end after SIGTERM (design section 7); then others get them. */
const DRAIN_MS = 35_000;

/** Of this process, for as long as it lives. */
const workerId = randomId();
const clock = systemClock;
const secrets = createSecrets(secretsIn(process.env));
const level = process.env['LOG_LEVEL'] ?? 'info';
const log = createLogger({ service: 'worker', level, secrets });

await runService(log, start, { secrets });

async function start(open: AsyncDisposableStack): Promise<void> {
  const config = readConfig(process.env);
  const faults = readFaults(process.argv);
  const link = open.use(openNatsLink({ url: config.natsUrl, service: 'worker' }, { log, clock }));
  const mcp = config.kinds.includes('mcp')
    ? open.use(openMcp({ ...config, link, workerId, clock, log }))
    : undefined;
  const executors = await openExecutors(open, { config, link, faults, mcp });
  const state = { isReady: false, busy: 0 };
  await openHealth(open, config, () => state.isReady && link.isConnected());
  await Promise.race([firstConnection(link), link.refused]);
  const halts = createHaltedWork();
  open.use(
    watchHalts(
      { link, clock, log },
      { onHalt: faults.wrapHalts(halts.add), onComplete: halts.setComplete },
    ),
  );
  const stopping = new AbortController();
  const deps: HandleJobDeps = {
    executors,
    sender: createNatsResultSender({ link, clock, log }),
    asker: faults.wrapAsker(createNatsStartAsker({ link, clock, log })),
    halts,
    suspects: createOneAtATime(),
    workerId,
    ackWaitMs: config.ackWaitMs,
    stopping: stopping.signal,
    clock,
    log,
  };
  const heart = open.use(openHeart({ link, config, state, workerId }));
  const serving = open.adopt(mcp?.serve(), (served) => served?.[Symbol.dispose]());
  const consumers = config.kinds.map((kind) =>
    consumeJobs(
      { link, clock, log },
      {
        kind,
        slots: config.concurrency,
        handle: (delivery) => countBusy(state, handleJob(deps, faults.wrapDelivery(delivery))),
      },
    ),
  );
  open.defer(async () => {
    state.isReady = false;
    heart.beat();
    using _late = clock.after(DRAIN_MS, () =>
      stopping.abort(new Error('the worker had to end before the job did')),
    );
    await Promise.all([
      serving?.drain(stopping.signal),
      ...consumers.map((consumer) => consumer.drain()),
    ]);
    log.info({ workerId }, 'worker stopped');
  });
  state.isReady = true;
  heart.beat();
  log.info({ workerId, kinds: config.kinds }, 'worker ready');
}

async function openHealth(
  open: AsyncDisposableStack,
  { healthPort: port, healthHost: host }: WorkerConfig,
  isReady: () => boolean,
): Promise<void> {
  if (port === undefined) return;
  open.use(await openHealthServer({ port, host, service: 'worker', isReady }));
}

interface WorkerState {
  isReady: boolean;
  busy: number;
}

async function countBusy(state: WorkerState, handled: Promise<void>): Promise<void> {
  state.busy++;
  await handled;
  state.busy--;
}

interface HeartParts {
  readonly link: NatsLink;
  readonly config: WorkerConfig;
  readonly state: WorkerState;
  readonly workerId: string;
}

function openHeart({ link, config, state, workerId }: HeartParts): Heart {
  const self = {
    service: 'worker' as const,
    id: workerId,
    host: hostname(),
    pid: process.pid,
    version: readVersion(),
    startedAt: clock.now(),
    kinds: [...config.kinds],
  };
  return startBeating(createNatsSigns(link), { clock, read: () => ({ ...self, ...state }) });
}

interface ExecutorParts {
  readonly config: WorkerConfig;
  readonly link: NatsLink;
  readonly faults: Faults;
  /** Of a worker that speaks MCP. */
  readonly mcp: OpenMcp | undefined;
}

/** Those of the worker's kinds: a worker that runs no code needs no sandbox. */
async function openExecutors(
  open: AsyncDisposableStack,
  { config, link, faults, mcp }: ExecutorParts,
): Promise<Executors> {
  const has = (kind: JobType): boolean => config.kinds.includes(kind);
  const sandbox = has('code') || has('agent') ? await openSandbox(open, config) : undefined;
  return {
    ...(sandbox !== undefined &&
      has('code') && {
        code: createCodeExecutor({
          sandbox: faults.wrapSandbox(sandbox),
          asker: createNatsToolCallAsker({ link, clock, log }),
          caller: mcp?.caller ?? createNatsMcpRequester(link),
          workerId,
          clock,
          log,
        }),
      }),
    ...(has('command') && {
      command: createCommandExecutor({
        commands: loadCommandList(config.operatingSystemDir),
        clock,
      }),
    }),
    ...(mcp !== undefined && { mcp: createMcpExecutor(mcp.caller) }),
    ...(has('http') && { http: createHttpExecutor({ allowedHosts: config.allowedHosts, clock }) }),
    ...(sandbox !== undefined &&
      has('agent') && {
        agent: createAgentExecutor({
          readModelConfig: () => requestModelConfig(link),
          sandbox,
          env: config.networkEnv,
          clock,
          log,
          logLevel: level,
        }),
      }),
  };
}

async function openSandbox(
  open: AsyncDisposableStack,
  { concurrency, isSandboxJitless: isJitless }: WorkerConfig,
): Promise<Sandbox> {
  const maxChildren = concurrency + 1;
  const sandbox = open.use(openIsolateSandbox({ maxChildren, isJitless, clock, log }));
  await sandbox.warmUp();
  return sandbox;
}

function readVersion(): string {
  const path = join(import.meta.dirname, '../package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}

async function firstConnection(link: { waitConnected(ms: number): Promise<void> }): Promise<void> {
  for (;;) {
    try {
      await link.waitConnected(60_000);
      return;
    } catch (err) {
      log.warn({ err }, 'nats is away');
    }
  }
}

import { join } from 'node:path';
import {
  type ModelServer,
  openScriptedModel,
  type Pace,
  type Script,
  type ScriptedModel,
} from '@bakerst/offline-model';
import { findFreePort } from '../../../scripts/local/local-port.ts';
import { type Broker, openBroker } from './broker.ts';
import { type Dump, readDump, readUnfinished } from './dump.ts';
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts';
import type { History } from './history.ts';
import { type Member, openMember } from './member.ts';

export const SUPER_TOKEN = 'super-token-of-the-faults-0123456789abcdef';

export interface StageOptions {
  readonly natsServer: string;
  /** Where all of it lives. */
  readonly dir: string;
  readonly history: History;
  /** Faults planted in the product, to show that the checkers notice. */
  readonly mutant: string | undefined;
}

export interface StagePlan {
  readonly brains?: number;
  readonly workers?: number;
  readonly script: Script;
  readonly pace?: Pace;
  readonly brainEnv?: Readonly<Record<string, string>>;
  /** Faults that are part of the test, not of the product: see services/brain/src/faults.ts. */
  readonly brainFaults?: readonly string[];
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** Of the gateway; without it there is none. */
  readonly gatewayEnv?: Readonly<Record<string, string>>;
  /** Where the database and the streams are; in the stage's own directory by default. */
  readonly dataDir?: string;
  readonly storeDir?: string;
}

/** A whole system on loopback: nats-server, brains on one file, workers, a scripted model. */
export interface Stage extends AsyncDisposable {
  readonly brains: readonly Member[];
  readonly workers: readonly Member[];
  readonly gateways: readonly Member[];
  readonly nats: Broker;
  /** Stands between the services and NATS. */
  readonly cable: FaultProxy;
  readonly model: ScriptedModel & ModelServer;
  /** Address of a brain. */
  urlOf(index: number): string;
  readonly databaseFile: string;
  dump(): Dump;
  /** What is not at its end yet. */
  unfinished(): ReturnType<typeof readUnfinished>;
}

const GATEWAY_TOKEN = 'gateway-token-of-the-faults-0123456789abcdef';

/** Mutants of the gateway. */
const GATEWAY_MUTANTS: ReadonlySet<string> = new Set(['unmarked', 'hasty']);
/** Mutants of the worker; the others are the brain's. */
const WORKER_MUTANTS: ReadonlySet<string> = new Set([
  'no-start',
  'no-sign-of-life',
  'deaf-to-halts',
  'patient-sandbox',
]);

export async function openStage(options: StageOptions, plan: StagePlan): Promise<Stage> {
  await using opening = new AsyncDisposableStack();
  const { dir, natsServer, history } = options;
  const storeDir = plan.storeDir ?? join(dir, 'nats');
  const nats = opening.use(await openBroker({ binary: natsServer, storeDir, history }));
  const model = opening.use(
    await openScriptedModel({ replies: plan.script, ...(plan.pace && { pace: plan.pace }) }),
  );
  const dataDir = plan.dataDir ?? join(dir, 'data');
  const ports = await findPorts(plan.brains ?? 1);
  const cable = opening.use(await openFaultProxy(nats.port));
  const members = { options, plan, natsUrl: `nats://127.0.0.1:${cable.port}` };
  // One after the other: the first one makes the database.
  const brains: Member[] = [];
  for (const [i, port] of ports.entries())
    brains.push(opening.use(await openBrain(members, { i, port, dataDir, modelUrl: model.url })));
  const workers = await Promise.all(
    Array.from({ length: plan.workers ?? 1 }, async (_, i) =>
      opening.use(await openWorker(members, i)),
    ),
  );
  const gateways =
    plan.gatewayEnv === undefined
      ? []
      : [opening.use(await openGateway(members, `http://127.0.0.1:${ports[0]}`))];
  const open = opening.move();
  const databaseFile = join(dataDir, 'bakerst.db');
  return {
    brains,
    workers,
    gateways,
    nats,
    cable,
    model,
    urlOf: (index) => `http://127.0.0.1:${ports[index % ports.length]}`,
    databaseFile,
    dump: () => readDump(databaseFile),
    unfinished: () => readUnfinished(databaseFile),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function findPorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = await findFreePort();
    if (!ports.includes(port)) ports.push(port);
  }
  return ports;
}

interface Members {
  readonly options: StageOptions;
  readonly plan: StagePlan;
  readonly natsUrl: string;
}

interface BrainPlace {
  readonly i: number;
  readonly port: number;
  readonly dataDir: string;
  readonly modelUrl: string;
}

function openBrain(
  { options: { mutant, history }, plan, natsUrl }: Members,
  { i, port, dataDir, modelUrl }: BrainPlace,
): Promise<Member> {
  return openMember({
    name: 'brain',
    label: `brain-${i + 1}`,
    readyMessage: 'brain ready',
    history,
    args: toArgs([
      ...(plan.brainFaults ?? []),
      ...(mutant === undefined || WORKER_MUTANTS.has(mutant) || GATEWAY_MUTANTS.has(mutant)
        ? []
        : [mutant]),
    ]),
    env: {
      PORT: String(port),
      BAKERST_DATA_DIR: dataDir,
      AUTH_TOKEN: SUPER_TOKEN,
      NATS_URL: natsUrl,
      ANTHROPIC_BASE_URL: modelUrl,
      LOCK_LEASE_MS: '2000',
      JOB_ACK_WAIT_MS: '1000',
      ...(plan.gatewayEnv !== undefined && { GATEWAY_TOKEN }),
      ...plan.brainEnv,
    },
  });
}

function openWorker(
  { options: { mutant, history }, plan, natsUrl }: Members,
  i: number,
): Promise<Member> {
  return openMember({
    name: 'worker',
    label: `worker-${i + 1}`,
    readyMessage: 'worker ready',
    history,
    args: toArgs(mutant !== undefined && WORKER_MUTANTS.has(mutant) ? [mutant] : []),
    env: { NATS_URL: natsUrl, JOB_ACK_WAIT_MS: '1000', ...plan.workerEnv },
  });
}

function openGateway(
  { options: { mutant, history }, plan }: Members,
  brainUrl: string,
): Promise<Member> {
  return openMember({
    name: 'gateway',
    label: 'gateway',
    readyMessage: 'channel connected',
    history,
    args: toArgs(mutant !== undefined && GATEWAY_MUTANTS.has(mutant) ? [mutant] : []),
    env: { BAKERST_URL: brainUrl, BAKERST_TOKEN: GATEWAY_TOKEN, ...plan.gatewayEnv },
  });
}

function toArgs(faults: readonly string[]): readonly string[] {
  return faults.map((fault) => `--fault=${fault}`);
}

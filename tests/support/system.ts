import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type NatsServer, purgeStream, startNatsServer } from '@bakerst/bus/testing';
import { type Client, createClient } from '@bakerst/client';
import { Buckets, Streams } from '@bakerst/contracts';
import {
  type ModelServer,
  type OfflineModelOptions,
  openOfflineModel,
  openScriptedModel,
  type ScriptedModel,
  type ScriptedModelOptions,
} from '@bakerst/offline-model';
import { inject } from 'vitest';
import { type Service, startService } from './service.ts';

export const SUPER_TOKEN = 'super-token-of-the-tests-0123456789abcdef';
export const OWNER_TOKEN = 'owner-token-of-the-tests';

export interface SystemOptions {
  /** A script for the model; without one the offline model answers. */
  readonly script?: ScriptedModelOptions['replies'];
  readonly pace?: OfflineModelOptions['pace'];
  readonly workers?: number;
  /** User and password for NATS, as they stand in an address; it lets everybody in. */
  readonly natsCredentials?: string;
  /** One that is there already; a new one without it. */
  readonly dataDir?: string;
  readonly brainEnv?: Readonly<Record<string, string>>;
  readonly workerEnv?: Readonly<Record<string, string>>;
}

/** A whole system on loopback: real nats-server, brain and workers in processes of their own. */
export interface System extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly nats: NatsServer;
  /** Throws when no script was given. */
  readonly model: ScriptedModel;
  /** Acts as the user `owner` of the org `home`. */
  readonly owner: Client;
  readonly brain: Service;
  readonly workers: readonly Service[];
  /** Starts one more brain on the same data, at an address of its own; returns once it is ready. */
  addBrain(args?: readonly string[]): Promise<AddedBrain>;
  /** Starts a brain in the place of one that has ended, at the same address; returns once it is ready. */
  restartBrain(args?: readonly string[]): Promise<Service>;
  startWorker(): Promise<Service>;
  /** Starts a nats-server at the same address after the first one has ended, with its store or an empty one. */
  startNatsAgain(store: 'kept' | 'empty'): Promise<NatsServer>;
  /** Takes every message out of the work queue behind everybody's back. */
  purgeJobs(): Promise<void>;
  /** The same for the halts that NATS remembers. */
  purgeHalts(): Promise<void>;
  /** Sends a request as it stands, with the owner's token unless `headers` say otherwise. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Reads rows of the database. */
  query(sql: string, ...parameters: (string | number)[]): Record<string, unknown>[];
}

/** A further brain of a system. */
export interface AddedBrain {
  readonly service: Service;
  readonly url: string;
  /** Acts as the user `owner` of the org `home`. */
  readonly owner: Client;
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const open = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-system-'));
  open.defer(() => rmSync(dir, { recursive: true, force: true }));
  const dataDir = options.dataDir ?? join(dir, 'data');
  const nats = open.use(await startNatsServer({ binary: inject('natsServer') }));
  const model = await openModel(options, open);
  const natsUrl = toNatsUrl(nats, options);
  const start = createStarter(options, { dataDir, natsUrl, model: model.server }, open);
  const [first, workers] = await Promise.all([
    start.brain(0, []),
    Promise.all(Array.from({ length: options.workers ?? 1 }, start.worker)),
  ]);
  let brain = first;
  const port = Number((await brain.logged('brain listens'))['port']);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    dataDir,
    nats,
    get model() {
      if (model.scripted === undefined) throw new Error('this system has no script');
      return model.scripted;
    },
    owner: createClient({ baseUrl: url, token: OWNER_TOKEN }),
    get brain() {
      return brain;
    },
    workers,
    addBrain: async (args = []) => toAdded(await start.brain(0, args)),
    async restartBrain(args = []) {
      brain = await start.brain(port, args);
      return brain;
    },
    async startWorker() {
      const worker = await start.worker();
      workers.push(worker);
      return worker;
    },
    startNatsAgain: async (store) =>
      open.use(
        await startNatsServer({
          binary: inject('natsServer'),
          port: nats.port,
          ...(store === 'kept' && { storeDir: nats.storeDir }),
        }),
      ),
    purgeJobs: () => purgeStream(nats.url, Streams.jobs),
    purgeHalts: () => purgeStream(nats.url, `KV_${Buckets.halts}`),
    ...createRequests(url),
    query: (sql, ...parameters) => queryFile(join(dataDir, 'bakerst.db'), sql, parameters),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function toAdded(service: Service): Promise<AddedBrain> {
  const url = `http://127.0.0.1:${(await service.logged('brain listens'))['port']}`;
  return { service, url, owner: createClient({ baseUrl: url, token: OWNER_TOKEN }) };
}

interface OpenedModel {
  readonly server: ModelServer;
  readonly scripted?: ScriptedModel;
}

async function openModel(
  { script, pace }: SystemOptions,
  open: AsyncDisposableStack,
): Promise<OpenedModel> {
  const more = pace === undefined ? {} : { pace };
  if (script === undefined) return { server: open.use(await openOfflineModel(more)) };
  const scripted = open.use(await openScriptedModel({ replies: script, ...more }));
  return { server: scripted, scripted };
}

function toNatsUrl({ port, url }: NatsServer, { natsCredentials }: SystemOptions): string {
  return natsCredentials === undefined ? url : `nats://${natsCredentials}@127.0.0.1:${port}`;
}

interface Ground {
  readonly dataDir: string;
  readonly natsUrl: string;
  readonly model: ModelServer;
}

/** Starts services that end with the system. */
function createStarter(options: SystemOptions, ground: Ground, open: AsyncDisposableStack) {
  const { dataDir, natsUrl, model } = ground;
  const modelVariable = options.script === undefined ? 'OFFLINE_MODEL_URL' : 'ANTHROPIC_BASE_URL';
  const start = async (service: Service, readyMessage: string): Promise<Service> => {
    open.defer(async () => {
      await service.end('SIGKILL');
    });
    await service.logged(readyMessage);
    return service;
  };
  return {
    brain(port: number, args: readonly string[]): Promise<Service> {
      const env = {
        PORT: String(port),
        BAKERST_DATA_DIR: dataDir,
        AUTH_TOKEN: SUPER_TOKEN,
        OWNER_TOKEN,
        NATS_URL: natsUrl,
        [modelVariable]: model.url,
        LOCK_LEASE_MS: '1000',
        ...options.brainEnv,
      };
      return start(startService({ name: 'brain', args, env }), 'brain ready');
    },
    worker(): Promise<Service> {
      const env = { NATS_URL: natsUrl, ...options.workerEnv };
      return start(startService({ name: 'worker', env }), 'worker ready');
    },
  };
}

function createRequests(url: string): Pick<System, 'post' | 'get'> {
  const own = { Authorization: `Bearer ${OWNER_TOKEN}` };
  return {
    post: (path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...own, 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers: { ...own, ...headers } }),
  };
}

function queryFile(
  path: string,
  sql: string,
  parameters: readonly (string | number)[],
): Record<string, unknown>[] {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare(sql).all(...parameters);
}

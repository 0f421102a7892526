import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { ensureTopology, openNatsLink, serveResults, watchHalts } from '@bakerst/bus';
import { JobType } from '@bakerst/contracts';
import {
  createLogger,
  type Logger,
  prepareDataDir,
  randomId,
  runService,
  systemClock,
} from '@bakerst/kit';
import { z } from 'zod';
import { type Brain, createBrain, databasePath, type Phase, type Surroundings } from './app.ts';
import { type BrainConfig, readConfig } from './config.ts';
import { readFaults } from './faults.ts';
import { openHttpServer } from './http/server.ts';
import { recordResult } from './jobs/record-result.ts';
import { ensureHome } from './principals/sqlite-ensure-home.ts';
import { noteIncarnation } from './runs/sqlite-fence.ts';
import { createGroupCommit } from './storage/group-commit.ts';
import { migrate } from './storage/migrate.ts';
import { openDatabase } from './storage/open-database.ts';

/** How long a start waits for NATS before it takes requests that need none. */
const FIRST_NATS_MS = 10_000;

const clock = systemClock;
const log = createLogger({ service: 'brain', level: process.env['LOG_LEVEL'] ?? 'info' });

await runService(log, async (open, stopping) => {
  const config = readConfig(process.env, log);
  const phase: Phase = {
    closed: 'starting',
    isReady: false,
    incarnation: undefined,
    stopping: new AbortController(),
  };
  const around = await openSurroundings(open, { config, phase, log });
  const brain = createBrain(around);
  const server = await openHttpServer(brain.app, {
    port: config.port,
    host: config.host,
    newId: randomId,
  });
  open.defer(() => stopServing({ around, brain, server }));
  log.info({ port: portOf(server) }, 'brain listens');
  connectFeatures(open, around, brain);
  await Promise.race([waitForNats(around, stopping), around.link.refused]);
  open.use(brain.host.watch());
  phase.closed = undefined;
  phase.isReady = true;
  log.info({}, 'brain ready');
});

/** The port in use; PORT=0 lets the system choose one. */
function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

interface Opening {
  readonly config: BrainConfig;
  readonly phase: Phase;
  readonly log: Logger;
}

async function openSurroundings(open: AsyncDisposableStack, { config, phase }: Opening) {
  const dataDir = prepareDataDir(config.dataDir);
  const db = open.adopt(openDatabase(databasePath(dataDir), readBenchOptions()), (db) => {
    db.close();
  });
  migrate(db, { backupDir: join(dataDir, 'backups'), log });
  const writer = createGroupCommit(db, { clock, log });
  await ensureHome(
    { db, writer, clock },
    { org: config.defaultOrg, ownerToken: config.ownerToken },
  );
  const link = open.use(openNatsLink({ url: config.natsUrl, service: 'brain' }, { log, clock }));
  const faults = readFaults(process.argv, () => process.kill(process.pid, 'SIGKILL'));
  const version = readVersion();
  return { config, version, db, writer, link, clock, newId: randomId, log, phase, faults };
}

/** `--bench-synchronous=NORMAL` shows in the bench what durability costs; it is no setting. */
function readBenchOptions(): { readonly synchronous?: 'NORMAL' } {
  return process.argv.includes('--bench-synchronous=NORMAL') ? { synchronous: 'NORMAL' } : {};
}

function readVersion(): string {
  const path = join(import.meta.dirname, '../package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}

async function waitForNats({ link, phase }: Surroundings, stopping: AbortSignal): Promise<void> {
  const until = clock.monotonic() + FIRST_NATS_MS;
  while (phase.incarnation === undefined && clock.monotonic() < until)
    await clock.sleep(5, stopping);
  if (phase.incarnation === undefined) log.warn({ connected: link.isConnected() }, 'nats is away');
}

/** Makes what is missing in NATS at every connection, and serves the workers from the first one on. */
function connectFeatures(open: AsyncDisposableStack, around: Surroundings, brain: Brain): void {
  const { link, config, phase } = around;
  let isServing = false;
  const prepare = async (): Promise<void> => {
    const topology = await ensureTopology(
      link,
      { kinds: JobType.options, leaseMs: config.lockLeaseMs, ackWaitMs: config.jobAckWaitMs },
      log,
    );
    phase.incarnation = await noteIncarnation(around, topology.locksCreated);
    if (isServing) return;
    isServing = true;
    open.use(
      serveResults(around, {
        record: (result) => recordResult(brain.results, result),
        progress: brain.results.notes.progress,
        recorded: brain.results.waiter.notify,
      }),
    );
    open.use(watchHalts(around, ({ runId }) => brain.host.halt(runId)));
    open.use(brain.relay.watch());
  };
  open.use(
    link.onConnected(() => {
      prepare().catch((err: unknown) => log.error({ err }, 'nats not prepared'));
    }),
  );
}

interface Serving {
  readonly around: Surroundings;
  readonly brain: Brain;
  readonly server: Server;
}

/** Turns new requests away, lets what runs come to a halt where it loses nothing, ends the streams. */
async function stopServing({ around, brain, server }: Serving): Promise<void> {
  const { phase, config } = around;
  phase.isReady = false;
  await clock.sleep(config.drainLingerMs);
  phase.closed = 'stopping';
  await brain.host.drain();
  phase.stopping.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  using _late = clock.after(1_000, () => server.closeAllConnections());
  await closed;
  // What a request in hand has started meanwhile.
  await brain.host.drain();
  log.info({}, 'brain stopped');
}

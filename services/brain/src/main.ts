import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { createNatsSigns, openNatsLink, startBeating } from '@bakerst/bus';
import { createLogger, prepareDataDir, randomId, runService, systemClock } from '@bakerst/kit';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { type Brain, createBrain, databasePath } from './app.ts';
import { watchGarbage } from './attachments/collect-garbage.ts';
import { endRestoredWork } from './backups/end-restored-work.ts';
import { createSqliteRestoredWork } from './backups/sqlite-restored-work.ts';
import { readConfig } from './config.ts';
import { watchIndex } from './conversations/watch-index.ts';
import { createUserFeed } from './events/user-feed.ts';
import { readFaults } from './faults.ts';
import { openHttpServer } from './http/server.ts';
import { countRuns } from './metrics/count-runs.ts';
import { createNoMetrics } from './metrics/no-metrics.ts';
import type { Metrics, MetricsPage } from './metrics/ports.ts';
import { createPromMetrics } from './metrics/prom-metrics.ts';
import { loadCatalogue } from './models/load-catalogue.ts';
import { connectBrain } from './nats-connect-brain.ts';
import { awaitPage, isProcessAlive } from './page/await-page.ts';
import { ensureHome } from './principals/sqlite-ensure-home.ts';
import { readVersion } from './read-version.ts';
import { watchHistory } from './retention/prune-history.ts';
import { createSqliteConversationPurger } from './retention/sqlite-conversation-purger.ts';
import { createSqliteHistoryPruner } from './retention/sqlite-history-pruner.ts';
import { stopServing } from './stop-serving.ts';
import { createGroupCommit } from './storage/group-commit.ts';
import { migrate } from './storage/migrate.ts';
import { openDatabase } from './storage/open-database.ts';
import type { Phase, Surroundings } from './surroundings.ts';

/** How long a start waits for NATS before it takes requests that need none. */
const FIRST_NATS_MS = 10_000;

const clock = systemClock;
const secrets = createSecrets();
const level = process.env['LOG_LEVEL'] ?? 'info';
const log = createLogger({ service: 'brain', level, secrets });

await runService(log, start, { secrets });

async function start(open: AsyncDisposableStack, stopping: AbortSignal): Promise<void> {
  const faults = readFaults(process.argv, () => process.kill(process.pid, 'SIGKILL'));
  if (faults.hidesSecrets) for (const secret of secretsIn(process.env)) secrets.add(secret);
  const config = faults.wrapConfig(readConfig(process.env, log));
  const phase: Phase = {
    closed: 'starting',
    isReady: false,
    incarnation: undefined,
    lookAtNats: () => undefined,
    busProblems: [],
    stopping: new AbortController(),
    ending: new AbortController(),
  };
  const around = await openSurroundings(open, { config, faults, phase });
  const brain = createBrain(around);
  open.use(brain.memory);
  await brain.mcp.begin();
  const server = await openHttpServer(brain.app, {
    port: config.port,
    host: config.host,
    newId: randomId,
  });
  faults.plantInServer(server);
  const heart = open.use(startBeating(around.signs, { clock, read: readSelf(around, brain) }));
  // Ends after the serving does: what workers and other brains have to say is heard until then.
  const ears = open.use(new AsyncDisposableStack());
  open.defer(() => brain.callBack.stop());
  open.defer(() => stopServing({ around, brain, server, heart }));
  log.info({ port: portOf(server) }, 'brain listens');
  connectBrain(ears, around, brain);
  await Promise.race([waitForNats(around, stopping), around.link.refused]);
  open.use(brain.host.watch());
  open.use(watchGarbage(brain.attachments));
  open.use(watchIndex({ ...around, indexer: brain.indexer }));
  open.use(brain.callBack.watch());
  open.use(
    watchHistory({
      ...around,
      pruner: createSqliteHistoryPruner(around),
      purger: createSqliteConversationPurger(around),
      retainDays: config.retainDays,
    }),
  );
  open.use(brain.backups.watch());
  open.use(brain.mcp.watch());
  open.use(brain.prompts.files.watch());
  open.use(brain.memory.watch());
  open.use(brain.schedules.watch());
  open.use(brain.triggers.watch());
  phase.closed = undefined;
  await awaitPage({ clock, log, isAlive: isProcessAlive }, config.pageBuilder, stopping);
  phase.isReady = true;
  heart.beat();
  log.info({}, 'brain ready');
}

/** The port in use; PORT=0 lets the system choose one. */
function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}

async function openSurroundings(
  open: AsyncDisposableStack,
  { config, faults, phase }: Pick<Surroundings, 'config' | 'faults' | 'phase'>,
): Promise<Surroundings & { readonly link: ReturnType<typeof openNatsLink> }> {
  const dataDir = prepareDataDir(config.dataDir);
  const db = open.adopt(openDatabase(databasePath(dataDir), readBenchOptions()), (db) => {
    db.close();
  });
  migrate(db, { log });
  faults.plantIn(db);
  const writer = createGroupCommit(faults.wrapTransactions(db), { clock, log });
  await ensureHome(
    { db, writer, clock, newId: randomId },
    {
      org: config.defaultOrg,
      ownerToken: config.ownerToken,
      gatewayToken: config.channels.gatewayToken,
    },
  );
  if (faults.endsRestored)
    await endRestoredWork({
      store: createSqliteRestoredWork({ db, writer, clock }),
      catalogue: loadCatalogue(config.operatingSystemDir),
      log,
    });
  const link = open.use(openNatsLink({ url: config.natsUrl, service: 'brain' }, { log, clock }));
  const self = randomId();
  const signs = createNatsSigns(link);
  const metrics = openMetrics();
  const feed = createUserFeed({ signs, self });
  const changes = { ...feed, tell: countRuns(feed, metrics) };
  const version = readVersion();
  const own = { config, version, dataDir, self, phase, faults };
  return {
    ...own,
    db,
    writer,
    link,
    signs,
    changes,
    clock,
    newId: randomId,
    log,
    secrets,
    metrics,
  };
}

/** `--bench-without-metrics` shows in the bench what counting costs; it is no setting. */
function openMetrics(): Metrics & MetricsPage {
  return process.argv.includes('--bench-without-metrics') ? createNoMetrics() : createPromMetrics();
}

/** `--bench-synchronous=NORMAL` shows in the bench what durability costs; it is no setting. */
function readBenchOptions(): { readonly synchronous?: 'NORMAL' } {
  return process.argv.includes('--bench-synchronous=NORMAL') ? { synchronous: 'NORMAL' } : {};
}

function readSelf({ self, version, phase }: Surroundings, brain: Brain) {
  const startedAt = clock.now();
  const fixed = { service: 'brain', id: self, host: hostname(), pid: process.pid } as const;
  return () => ({
    ...fixed,
    version,
    startedAt,
    isReady: phase.isReady,
    busy: brain.countRuns(),
  });
}

async function waitForNats({ link, phase }: Surroundings, stopping: AbortSignal): Promise<void> {
  const until = clock.monotonic() + FIRST_NATS_MS;
  while (phase.incarnation === undefined && clock.monotonic() < until)
    await clock.sleep(5, stopping);
  if (phase.incarnation === undefined) log.warn({ connected: link.isConnected() }, 'nats is away');
}

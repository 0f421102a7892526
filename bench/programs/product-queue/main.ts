import { createNatsSigns, openNatsLink } from '@bakerst/bus';
import { JobId, OrgId, type Tenant, UserId } from '@bakerst/contracts';
import { prepareDataDir, randomId, runService, silentLogger, systemClock } from '@bakerst/kit';
import { createSecrets } from '@bakerst/kit/secrets';
import { createBrain, databasePath } from '../../../services/brain/src/app.ts';
import { readConfig } from '../../../services/brain/src/config.ts';
import { createUserFeed } from '../../../services/brain/src/events/user-feed.ts';
import { readFaults } from '../../../services/brain/src/faults.ts';
import { dispatchJob } from '../../../services/brain/src/jobs/dispatch-job.ts';
import { createNoMetrics } from '../../../services/brain/src/metrics/no-metrics.ts';
import { connectBrain } from '../../../services/brain/src/nats-connect-brain.ts';
import { ensureHome } from '../../../services/brain/src/principals/sqlite-ensure-home.ts';
import { createGroupCommit } from '../../../services/brain/src/storage/group-commit.ts';
import { migrate } from '../../../services/brain/src/storage/migrate.ts';
import { openDatabase } from '../../../services/brain/src/storage/open-database.ts';
import type { Surroundings } from '../../../services/brain/src/surroundings.ts';
import { serveTimings } from '../serve-timings.ts';

// The way of a job through the product, from its dispatch to its committed result, without HTTP around it.
// The worker of it is product-worker. AUTH_TOKEN, NATS_URL, BAKERST_DATA_DIR as for the brain.

const TENANT: Tenant = { org: OrgId.parse('home'), user: UserId.parse('owner') };
const PATIENCE_MS = 30_000;

await runService(silentLogger, async (open, stopping) => {
  const around = await openSurroundings(open);
  const brain = createBrain(around);
  connectBrain(open, around, brain);
  while (around.phase.incarnation === undefined) await systemClock.sleep(5, stopping);
  const { jobs } = brain;
  serveTimings(async (code) => {
    const { id } = await dispatchJob(jobs, TENANT, {
      id: JobId.parse(randomId()),
      spec: {
        type: 'http',
        method: 'GET',
        url: `http://localhost/${code}`,
        headers: {},
        timeoutMs: 1_000,
      },
      replay: 'safe',
      requestId: 'bench',
    });
    await jobs.waiter.wait(id, { timeoutMs: PATIENCE_MS, signal: stopping });
    return jobs.store.find(TENANT, id)?.result;
  });
});

async function openSurroundings(open: AsyncDisposableStack): Promise<Surroundings> {
  const log = silentLogger;
  const clock = systemClock;
  const config = readConfig(process.env, log);
  const dataDir = prepareDataDir(config.dataDir);
  const db = open.adopt(openDatabase(databasePath(dataDir)), (opened) => {
    opened.close();
  });
  migrate(db, { log });
  const writer = createGroupCommit(db, { clock, log });
  await ensureHome(
    { db, writer, clock, newId: randomId },
    { org: config.defaultOrg, ownerToken: undefined, gatewayToken: undefined },
  );
  const link = open.use(openNatsLink({ url: config.natsUrl, service: 'brain' }, { log, clock }));
  const signs = createNatsSigns(link);
  const self = randomId();
  return {
    config,
    dataDir,
    db,
    writer,
    link,
    signs,
    self,
    changes: createUserFeed({ signs, self }),
    version: 'bench',
    clock,
    newId: randomId,
    log,
    secrets: createSecrets(),
    metrics: createNoMetrics(),
    faults: readFaults([], () => undefined),
    phase: {
      closed: undefined,
      isReady: true,
      incarnation: undefined,
      lookAtNats: () => undefined,
      busProblems: [],
      stopping: new AbortController(),
      ending: new AbortController(),
    },
  };
}

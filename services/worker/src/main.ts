import { consumeJobs, createNatsResultSender, openNatsLink, watchHalts } from '@bakerst/bus';
import { createLogger, openHealthServer, randomId, runService, systemClock } from '@bakerst/kit';
import { readConfig } from './config.ts';
import { createHaltedRuns } from './halted-runs.ts';
import { type HandleJobDeps, handleJob } from './handle-job.ts';
import { runCode } from './run-code.ts';
import { openIsolateSandbox } from './sandbox/isolate-sandbox.ts';

/** How long running jobs may take to end after SIGTERM (design section 7); then others get them. */
const DRAIN_MS = 35_000;

const clock = systemClock;
const log = createLogger({ service: 'worker', level: process.env['LOG_LEVEL'] ?? 'info' });

await runService(log, async (open) => {
  const config = readConfig(process.env);
  const workerId = randomId();
  const sandbox = open.use(
    await openIsolateSandbox({ maxChildren: config.concurrency + 1, clock, log }),
  );
  const link = open.use(openNatsLink({ url: config.natsUrl, service: 'worker' }, { log, clock }));
  const state = { isReady: false, busy: 0 };
  if (config.healthPort !== undefined)
    open.use(
      await openHealthServer({
        port: config.healthPort,
        host: config.healthHost,
        service: 'worker',
        isReady: () => state.isReady && link.isConnected(),
      }),
    );
  await Promise.race([firstConnection(link), link.refused]);
  const halts = createHaltedRuns();
  open.use(watchHalts({ link, clock, log }, halts.add));
  const stopping = new AbortController();
  const deps: HandleJobDeps = {
    executors: { code: (dispatch, signal) => runCode(sandbox, dispatch, signal) },
    sender: createNatsResultSender({ link, clock, log }),
    halts,
    workerId,
    ackWaitMs: config.ackWaitMs,
    stopping: stopping.signal,
    clock,
    log,
  };
  const consumers = config.kinds.map((kind) =>
    consumeJobs(
      { link, clock, log },
      { kind, slots: config.concurrency, handle: (delivery) => handleJob(deps, delivery) },
    ),
  );
  open.defer(async () => {
    state.isReady = false;
    using _late = clock.after(DRAIN_MS, () =>
      stopping.abort(new Error('the worker had to end before the job did')),
    );
    await Promise.all(consumers.map((consumer) => consumer.drain()));
    log.info({ workerId }, 'worker stopped');
  });
  state.isReady = true;
  log.info({ workerId, kinds: config.kinds }, 'worker ready');
});

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

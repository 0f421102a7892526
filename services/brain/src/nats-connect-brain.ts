import {
  ensureTopology,
  serveModelConfig,
  serveResults,
  serveStarts,
  serveToolCalls,
  watchAdvisories,
  watchHalts,
  watchSigns,
} from '@bakerst/bus';
import { JobType } from '@bakerst/contracts';
import type { Brain } from './app.ts';
import { decideToolCalls, noteToolCalls } from './jobs/decide-tool-calls.ts';
import { followMove } from './jobs/move-job.ts';
import { replaceLostQueue, watchLostJobs } from './jobs/reconcile-jobs.ts';
import { recordResult } from './jobs/record-result.ts';
import { repeatHalts } from './jobs/repeat-halts.ts';
import { startJob } from './jobs/start-job.ts';
import { noteIncarnation, readHighestToken } from './runs/sqlite-fence.ts';
import type { Surroundings } from './surroundings.ts';

/** How often what is in NATS is looked after: a stream may be lost without the connection being so. */
const ENSURE_MS = 3_000;

/**
 * Makes what is missing in NATS, at every connection and every few seconds, and serves the workers from the first time
 * on. Subscriptions last for as long as the process: the client renews them by itself.
 */
export function connectBrain(open: AsyncDisposableStack, around: Surroundings, brain: Brain): void {
  const { link, clock, log } = around;
  let isServing = false;
  let isPreparing = false;
  let isNewConnection = false;
  let isRepeating = false;
  const prepare = async (): Promise<void> => {
    if (isPreparing || !link.isConnected()) return;
    isPreparing = true;
    try {
      await ensure(around, brain);
      if (!isServing) serveWorkers(open, around, brain);
      isServing = true;
      if (!isNewConnection || isRepeating) return;
      isNewConnection = false;
      // Not waited for: without a bucket of halts it takes long, and the next look is what makes that.
      isRepeating = true;
      void repeatHalts(brain.jobs)
        .catch((err: unknown) => log.warn({ err }, 'halts not repeated'))
        .finally(() => {
          isRepeating = false;
        });
    } catch (err) {
      log.warn({ err }, 'nats not prepared');
    } finally {
      isPreparing = false;
    }
  };
  around.phase.lookAtNats = () => void prepare();
  open.use(
    link.onConnected(() => {
      isNewConnection = true;
      void prepare();
    }),
  );
  open.use(clock.every(ENSURE_MS, () => void prepare()));
}

/** The locks first: with them chats go on, whatever is to be said of the rest. */
async function ensure(around: Surroundings, brain: Brain): Promise<void> {
  const { link, config, log, phase } = around;
  const highest = readHighestToken(around);
  const problems = await ensureTopology(
    link,
    {
      kinds: JobType.options,
      leaseMs: config.lockLeaseMs,
      ackWaitMs: config.jobAckWaitMs,
      async noteLocks(bucket) {
        phase.incarnation = await noteIncarnation(around, { ...bucket, highest });
      },
      async noteJobs(created) {
        if (around.faults.hasOutbox) await replaceLostQueue(brain.jobs, created);
      },
    },
    log,
  );
  const news = problems.filter((problem) => !phase.busProblems.includes(problem));
  for (const problem of news) log.warn({ problem }, 'nats is not as it should be');
  phase.busProblems = problems;
}

function serveWorkers(open: AsyncDisposableStack, around: Surroundings, brain: Brain): void {
  const { jobs, host, processes } = brain;
  const { link, changes } = around;
  open.use(
    serveResults(around, {
      record: (result) => recordResult(jobs, result),
      progress: jobs.notes.progress,
      recorded: jobs.waiter.notify,
    }),
  );
  open.use(serveStarts(around, (ask) => startJob(jobs, ask)));
  open.use(
    serveToolCalls(around, {
      decide: (ask) => decideToolCalls(jobs, ask),
      note: (done) => noteToolCalls(jobs, done),
    }),
  );
  open.use(serveModelConfig(link, brain.readModelConfig));
  open.use(brain.mcp.serve());
  open.use(
    watchSigns(link, {
      heartbeat: processes.hear,
      change: changes.receive,
      released: host.noteReleased,
    }),
  );
  open.use(
    watchHalts(around, {
      onHalt({ kind, id }) {
        if (kind === 'run') host.halt(id);
      },
    }),
  );
  open.use(
    watchAdvisories(around, async ({ dispatch }) => {
      const move = await jobs.queue.noteGivenUp(dispatch);
      if (move !== undefined) followMove(jobs, move);
    }),
  );
  if (!around.faults.hasOutbox) return;
  open.use(jobs.relay.watch());
  open.use(watchLostJobs(jobs));
}

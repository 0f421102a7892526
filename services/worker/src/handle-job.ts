import type { Delivery, ResultSender } from '@bakerst/bus';
import type { JobDispatch, JobOutcome, JobProgress, JobType } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { HaltedRuns } from './halted-runs.ts';

/** Executes one job; aborting the signal ends it soon, whatever it returns then. Never throws for what the job does. */
type JobExecutor = (dispatch: JobDispatch, signal: AbortSignal) => Promise<JobOutcome>;

export interface HandleJobDeps {
  readonly executors: Readonly<Record<JobType, JobExecutor>>;
  readonly sender: ResultSender;
  readonly halts: HaltedRuns;
  readonly workerId: string;
  /** After this long without a sign of life the queue gives a job to another worker. */
  readonly ackWaitMs: number;
  /** Aborted when this worker must end now. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

const HALTED: JobOutcome = {
  status: 'halted',
  error: { code: 'HALTED', message: 'the run was halted' },
};

/** Executes a delivered job and takes it out of the queue once its result is safe. */
export async function handleJob(deps: HandleJobDeps, delivery: Delivery): Promise<void> {
  const { dispatch, attempt } = delivery;
  const { clock, log, workerId } = deps;
  const fields = { jobId: dispatch.jobId, attempt, requestId: dispatch.requestId };
  const startedAt = clock.now();
  // The queue is told from a timer; job code runs in processes of its own and cannot hold it up.
  using _life = clock.every(deps.ackWaitMs * 0.3, delivery.working);
  report(deps, delivery, 'running');
  try {
    const outcome = await execute(deps, dispatch);
    const result = { jobId: dispatch.jobId, attempt, workerId, startedAt };
    await deps.sender.send({ ...result, finishedAt: clock.now(), outcome }, deps.stopping);
    report(deps, delivery, outcome.status);
    await delivery.settle();
    log.info(
      { ...fields, status: outcome.status, durationMs: clock.now() - startedAt },
      'job finished',
    );
  } catch (err) {
    // Not executed to its end, or its result is not safe: another worker gets it.
    log.warn({ err, ...fields }, 'job given back');
    delivery.giveBack();
  }
}

async function execute(deps: HandleJobDeps, dispatch: JobDispatch): Promise<JobOutcome> {
  const { halts, stopping } = deps;
  if (halts.has(dispatch.runId)) return HALTED;
  const halting = new AbortController();
  using _halt = halts.watch(dispatch.runId, () => halting.abort());
  const executor = deps.executors[dispatch.type];
  const outcome = await executor(dispatch, AbortSignal.any([halting.signal, stopping]));
  if (halting.signal.aborted) return HALTED;
  stopping.throwIfAborted();
  return outcome;
}

function report(deps: HandleJobDeps, delivery: Delivery, status: JobProgress['status']): void {
  deps.sender.report({
    jobId: delivery.dispatch.jobId,
    attempt: delivery.attempt,
    workerId: deps.workerId,
    status,
    at: deps.clock.now(),
  });
}

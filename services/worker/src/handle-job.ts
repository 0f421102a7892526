import { setImmediate } from 'node:timers/promises';
import { type Delivery, HALT_ANNOUNCE_MS, type ResultSender, type StartAsker } from '@bakerst/bus';
import type { JobOutcome, JobProgress } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { type Executors, runAttempt } from './executor.ts';
import type { HaltedWork } from './halted-work.ts';
import type { OneAtATime } from './one-at-a-time.ts';

/**
 * Of a job that is older a brain must say whether it may still begin: a halt may have been answered that nobody could tell
 * the workers. Half of what that takes, as clocks differ.
 */
const FRESH_MS = HALT_ANNOUNCE_MS / 2;
/** A job that kills its worker does so at once: after this long the next one may begin. */
const SURVIVED_MS = 2_000;
/** A halt that is heard of counts when no brain says otherwise by then. */
const CHECK_MS = 2_000;
/** How long a worker that must end looks for somebody who takes what it gives back. */
const FAREWELL_MS = 3_000;

export interface HandleJobDeps {
  readonly executors: Executors;
  readonly sender: ResultSender;
  readonly asker: StartAsker;
  readonly halts: HaltedWork;
  /** For jobs that an earlier worker came to no end with. */
  readonly suspects: OneAtATime;
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
  error: { code: 'HALTED', message: 'the work was halted' },
};

/** Executes a delivered job and takes it out of the queue once its result is safe. Never throws. */
export async function handleJob(deps: HandleJobDeps, delivery: Delivery): Promise<void> {
  const { dispatch, attempt } = delivery;
  const { clock, log, workerId } = deps;
  const fields = { jobId: dispatch.jobId, attempt, requestId: dispatch.requestId };
  const startedAt = clock.now();
  // The queue is told from a timer; job code runs in processes of its own and cannot hold it up.
  using _life = clock.every(deps.ackWaitMs * 0.3, delivery.working);
  try {
    using turn = await waitForTurn(deps, delivery);
    const isAsked = mustAsk(deps, delivery);
    using halt = watchHalt(deps, delivery, isAsked);
    if (isAsked) report(deps, delivery, 'received');
    if (isAsked && !(await mayAct(deps, delivery, deps.stopping))) return delivery.settle();
    await hearWhatHasCome();
    await halt.untilChecked();
    using _survived = clock.after(SURVIVED_MS, () => turn?.[Symbol.dispose]());
    if (!halt.signal.aborted) {
      report(deps, delivery, 'running');
      log.debug(fields, 'job begun');
    }
    const outcome = await execute(deps, delivery, halt.signal);
    const result = { ...toPlace(delivery), workerId, startedAt, outcome };
    const patience = deps.stopping.aborted ? AbortSignal.timeout(FAREWELL_MS) : deps.stopping;
    await deps.sender.send({ ...result, finishedAt: clock.now() }, patience);
    delivery.settle();
    const { status } = outcome;
    if (status === 'completed' || status === 'failed' || status === 'halted')
      report(deps, delivery, status);
    log.info({ ...fields, status, durationMs: clock.now() - startedAt }, 'job finished');
  } catch (err) {
    // Its result is not safe, or it was not begun: another worker gets it.
    log.warn({ err, ...fields }, 'job given back');
    delivery.giveBack();
  }
}

/**
 * A halt may have come with the job or with the brain's answer, and be taken a moment later: a process that had much to do
 * finds them together. Two turns of the event loop: between them what has come is read, up to a buffer of the socket.
 */
async function hearWhatHasCome(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function toPlace({ dispatch, attempt }: Delivery) {
  const { jobId, requestId } = dispatch;
  return { jobId, attempt, baseAttempt: dispatch.attempt, requestId };
}

/**
 * Jobs whose worker died come back together, and one of them may be what killed it: those of a kind are begun one after
 * the other, so that it takes none of the others along once more. One that must not act twice is not begun again anyway.
 */
async function waitForTurn(
  { suspects, stopping }: HandleJobDeps,
  { dispatch, isRepeated }: Delivery,
): Promise<Disposable | undefined> {
  if (!isRepeated || dispatch.replay === 'never') return undefined;
  return await suspects.enter(dispatch.spec.type, stopping);
}

/**
 * A job that must not act twice, one that an earlier attempt came to no end with, and one whose halt may not have been
 * told here, is begun only when a brain says so: the brain has noted the intent then.
 */
function mustAsk({ clock, halts }: HandleJobDeps, { dispatch, isRepeated }: Delivery): boolean {
  const isFresh = clock.now() - dispatch.createdAt < FRESH_MS;
  const isFirst = !isRepeated && dispatch.attempt === 1;
  return !(dispatch.replay === 'safe' && isFirst && isFresh && halts.isComplete);
}

/** Asks a brain; the same worker may ask again for the same attempt. */
async function mayAct(
  { asker, workerId }: HandleJobDeps,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<boolean> {
  const { answer } = await asker.ask({ ...toPlace(delivery), workerId }, signal);
  return answer === 'go';
}

interface WatchedHalt extends Disposable {
  /** Aborted when the job is halted. */
  readonly signal: AbortSignal;
  /** Resolves once it is known what the halts mean that have been told by now. */
  untilChecked(): Promise<void>;
}

/**
 * Watches for a halt of the job from before a brain is asked, so that none is missed after its answer. One that is told of
 * a job that a brain has let begin may be older than that: a person has had it tried again, and only the brain knows.
 */
function watchHalt(deps: HandleJobDeps, delivery: Delivery, isAsked: boolean): WatchedHalt {
  const { halts } = deps;
  const { dispatch } = delivery;
  const halting = new AbortController();
  let checked = Promise.resolve();
  const halt = (): void => halting.abort();
  const check = (): void => {
    // Where nobody says that it may go on, it may not.
    checked = mayAct(deps, delivery, AbortSignal.timeout(CHECK_MS))
      .catch(() => false)
      .then((mayGoOn) => (mayGoOn ? undefined : halt()));
  };
  if (!isAsked && halts.has(dispatch)) halt();
  const watched = halts.watch(dispatch, isAsked ? check : halt);
  return {
    signal: halting.signal,
    untilChecked: () => checked,
    [Symbol.dispose]: () => watched[Symbol.dispose](),
  };
}

async function execute(
  { executors, stopping }: HandleJobDeps,
  delivery: Delivery,
  halted: AbortSignal,
): Promise<JobOutcome> {
  if (halted.aborted) return HALTED;
  const { dispatch } = delivery;
  const outcome = await runAttempt(executors, delivery, AbortSignal.any([halted, stopping]));
  // What has acted says so: a person would have to judge otherwise.
  const hasActed = dispatch.replay === 'never' || isUnknownCode(delivery, outcome);
  if (halted.aborted) return hasActed ? outcome : HALTED;
  if (!stopping.aborted) return outcome;
  // Cut off by the worker's end: what may begin again does so elsewhere, whatever else is for a person to judge.
  return dispatch.replay === 'never' ? outcome : { status: 'returned' };
}

/** Code may be repeated, but not every tool that it calls. */
function isUnknownCode({ dispatch }: Delivery, outcome: JobOutcome): boolean {
  return dispatch.spec.type === 'code' && outcome.status === 'unknown';
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

import { foldSteps, type LoopState } from '@bakerst/agent';
import type { StreamEvent } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { type ActiveRun, haltedError, hasReason, suspendedError } from './active-run.ts';
import { type HaltAgainDeps, tellHalt } from './noted-halts.ts';
import type { RunStore } from './ports.ts';
import type { Run, RunEnd } from './run.ts';
import { toCompletedEnd, toFailedEnd, toHaltedEnd } from './run-end.ts';
import { type RunLoopDeps, readLoopSteps, runLoop } from './run-loop.ts';
import { recordStep, storeEnd } from './store-step.ts';
import { toCutOffResult } from './stream-events.ts';

export interface ExecuteRunDeps extends RunLoopDeps, HaltAgainDeps {}

/**
 * Brings a run to its end and stores it; continues where its stored steps end.
 * Undefined when it was interrupted instead: it stays unfinished and is continued later, here or elsewhere. Never throws.
 */
export async function executeRun(
  deps: ExecuteRunDeps,
  active: ActiveRun,
): Promise<RunEnd | undefined> {
  const { run, lock, stop } = active;
  const fields = {
    runId: run.id,
    requestId: run.requestId,
    orgId: run.tenant.org,
    userId: run.tenant.user,
    conversationId: run.conversationId,
  };
  const loseLock = (): void => stop.abort(suspendedError('its lock was lost'));
  lock.lost.addEventListener('abort', loseLock);
  try {
    const end = await reachEnd(deps, active);
    await storeEnd(deps.store, active, end);
    deps.log.info({ ...fields, status: end.status, turns: end.turns }, 'run finished');
    if (end.failure !== undefined) deps.log.warn({ ...fields, ...end.failure }, 'run failed');
    return end;
  } catch (err) {
    deps.log.warn({ err, ...fields }, 'run interrupted');
    return undefined;
  } finally {
    lock.lost.removeEventListener('abort', loseLock);
  }
}

async function reachEnd(deps: ExecuteRunDeps, active: ActiveRun): Promise<RunEnd> {
  const { store, catalogue } = deps;
  const { run } = active;
  try {
    if (store.isHaltRequested(run.id)) {
      // Asked for before the run was in hand: nobody here has heard of it.
      tellHalt(deps, run.id);
      throw haltedError();
    }
    return toCompletedEnd(catalogue, await runLoop(deps, active));
  } catch (err) {
    // Whatever could not be stored is not there; how the run ends is stored behind what is.
    active.hasFailedStep = false;
    if (hasReason(err, 'HALTED')) return await endHalted(deps, active);
    // The model failed, or our code has a bug. Anything else is a matter of time and place.
    if (err instanceof AppError && !isModelFailure(err)) throw err;
    const { id: runId, requestId } = run;
    if (!(err instanceof AppError)) deps.log.error({ err, runId, requestId }, 'run met a bug');
    return toFailedEnd(catalogue, readState(store, run), err);
  }
}

/** Closes what is open, unless that was done before a takeover. */
async function endHalted({ store, catalogue }: RunLoopDeps, active: ActiveRun): Promise<RunEnd> {
  const { run, feed } = active;
  const steps = store.listSteps(run.id).map(({ step }) => step);
  const stored = steps.find((step) => step.type === 'halted');
  const text = stored?.text ?? feed.unstoredText();
  const state = readState(store, run);
  if (stored === undefined)
    await recordStep(store, active, { step: { type: 'halted', text }, events: toCutOff(state) });
  return toHaltedEnd(catalogue, state, text);
}

function readState(store: RunStore, run: Run): LoopState {
  return foldSteps(readLoopSteps(store.listSteps(run.id)));
}

/** Calls that were shown and will never be answered. */
function toCutOff({ calls }: LoopState): readonly StreamEvent[] {
  return calls
    .filter(({ isCalled, answer }) => isCalled && answer === undefined)
    .map(({ block }) => toCutOffResult(block));
}

function isModelFailure({ code }: AppError): boolean {
  return code === 'CLAUDE_API_ERROR' || code === 'TIMEOUT_ERROR';
}

import { isTerminalRun, type RunId } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { scopeOf } from '../principals/principal.ts';
import type { RunStore } from '../runs/ports.ts';
import type { Callback, Delivery, OutgoingEvent } from './callback.ts';
import type { CallbackStore, EndClaim, SendCallback } from './ports.ts';
import { END_ATTEMPTS, toEndWaitMs } from './retry-rules.ts';
import { toEndContent, toNextEvent } from './to-event.ts';

export interface TellEndDeps {
  readonly store: CallbackStore;
  readonly runs: Pick<RunStore, 'find' | 'listSteps'>;
  readonly send: SendCallback;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Sends the one last event of a run once, unless the run is still on or another brain has it in hand. What was not taken
 * is due again after a wait, and given up after the last attempt.
 */
export async function tellEnd(deps: TellEndDeps, runId: RunId): Promise<void> {
  const callback = deps.store.find(runId);
  const event = callback && (storedEnd(callback) ?? buildEnd(deps, callback));
  if (callback === undefined || event === undefined) return;
  const claim: EndClaim = { runId, event, attempts: callback.attempts };
  const until = await deps.store.claimEnd(claim);
  if (until === undefined) return;
  await noteDelivery(deps, { claim, callback }, await deps.send(callback, event, until));
}

function storedEnd({ endEvent, lastSequence }: Callback): OutgoingEvent | undefined {
  return endEvent === undefined ? undefined : { sequence: lastSequence, body: endEvent };
}

function buildEnd({ runs, clock }: TellEndDeps, callback: Callback): OutgoingEvent | undefined {
  const run = runs.find(scopeOf(callback.tenant), callback.answeredBy);
  if (run === undefined || !isTerminalRun(run.status)) return undefined;
  const content = toEndContent(callback, run, runs.listSteps(run.id));
  return toNextEvent(callback, content, run.finishedAt ?? clock.now());
}

async function noteDelivery(
  { store, clock, random, log }: TellEndDeps,
  { claim, callback }: { readonly claim: EndClaim; readonly callback: Callback },
  delivery: Delivery,
): Promise<void> {
  const { runId } = claim;
  const { requestId, tenant } = callback;
  const fields = { runId, requestId, orgId: tenant.org, userId: tenant.user };
  const attempts = claim.attempts + 1;
  if (delivery.isTaken) {
    await store.drop(runId);
    log.info({ ...fields, attempts }, 'end of the run called back');
    return;
  }
  const { why } = delivery;
  if (attempts >= END_ATTEMPTS) {
    await store.drop(runId);
    log.warn({ ...fields, attempts, why }, 'callback given up');
    return;
  }
  const waitMs = Math.ceil(toEndWaitMs(attempts, random));
  await store.postponeEnd(claim, clock.now() + waitMs);
  log.info({ ...fields, attempts, waitMs, why }, 'callback was not taken');
}

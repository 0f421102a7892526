import type { RunEventBus } from '@bakerst/bus';
import type { Clock, Logger } from '@bakerst/kit';
import type { ActiveRun } from './active-run.ts';
import { createActiveRun, openFeed } from './create-active-run.ts';
import type { RunStore } from './ports.ts';
import type { GivenRun, PreparedBase } from './prepare-base.ts';
import type { Run, RunFence } from './run.ts';
import { toFirstEvent } from './stream-events.ts';
import type { TakenLock } from './take-lock.ts';

export interface BeginRunDeps {
  readonly store: Pick<RunStore, 'takeOver' | 'listSteps'>;
  readonly prepareBase: (run: Run, given: GivenRun) => PreparedBase;
  readonly recallFor: (run: Run) => Promise<GivenRun['recalled']>;
  readonly runEvents: RunEventBus;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Makes a stored run this process's own, with the lock in hand: one that waited begins, one that was cut short goes on
 * behind its last step. Undefined when it has ended meanwhile, or it is another run's turn.
 */
export async function beginRun(
  deps: BeginRunDeps,
  run: Pick<Run, 'id' | 'lockKey'>,
  { lock, token }: Pick<TakenLock & { readonly won: true }, 'lock' | 'token'>,
): Promise<ActiveRun | undefined> {
  const fence: RunFence = { runId: run.id, lockKey: run.lockKey, token };
  const current = await deps.store.takeOver(fence);
  if (current === undefined) return undefined;
  const steps = deps.store.listSteps(run.id);
  const { id, takeover, conversationId, requestId } = current;
  const feed = openFeed(deps, { runId: id, takeover, stored: steps.at(-1)?.covers });
  if (takeover === 1) feed.emit(toFirstEvent(id, conversationId));
  else feed.rewind();
  deps.log.info({ runId: id, requestId, takeover }, 'run taken over');
  const hasBegun = steps.some(({ step }) => step.type === 'turn_started');
  const recalled = hasBegun ? [] : await deps.recallFor(current);
  const begun = { steps, prepared: deps.prepareBase(current, { steps, recalled }) };
  return createActiveRun({ run: current, fence, lock, feed, begun });
}

import type { AgentLoopDeps } from './loop-deps.ts';
import type { LoopEvent } from './loop-event.ts';
import type { LoopStep } from './loop-step.ts';

/**
 * Stores steps without making what follows wait for the disk: steps that belong together are stored together.
 * Nothing is shown before the steps that were noted before it are stored.
 */
export interface StepRecorder {
  /** Stores a step in its turn; the promise is for whoever must wait for that, `failed` tells everybody else. */
  note(step: LoopStep, events: readonly LoopEvent[]): Promise<void>;
  /** Shows an event that belongs to no step, after all that was noted before it. */
  show(event: LoopEvent): void;
  /** Aborted with what a step failed for: the run may not go on. */
  readonly failed: AbortSignal;
  /** Returns when every noted step is stored or has failed; never throws. */
  settle(): Promise<void>;
}

export function createStepRecorder(deps: Pick<AgentLoopDeps, 'record' | 'emit'>): StepRecorder {
  const failure = new AbortController();
  const pending = new Set<Promise<void>>();
  let held: LoopEvent[] = [];
  const settleOne = (stored: Promise<void>): void => {
    pending.delete(stored);
    if (pending.size > 0 || failure.signal.aborted) return;
    const events = held;
    held = [];
    for (const event of events) deps.emit(event);
  };
  return {
    failed: failure.signal,
    note(step, events) {
      const stored = deps.record(step, events);
      pending.add(stored);
      stored.then(
        () => settleOne(stored),
        (err: unknown) => {
          failure.abort(err);
          settleOne(stored);
        },
      );
      return stored;
    },
    show(event) {
      if (pending.size === 0) deps.emit(event);
      else held.push(event);
    },
    async settle() {
      await Promise.allSettled(pending);
    },
  };
}

import type { StreamEvent } from '@bakerst/contracts';
import { type ActiveRun, suspendedError } from './active-run.ts';
import type { Body, RunStore, StepWrite } from './ports.ts';
import type { RunEnd } from './run.ts';
import type { Reservation, RunFeed } from './run-feed.ts';
import type { RunStep } from './run-step.ts';
import { toNoticeText } from './stream-events.ts';

interface ShownStep {
  readonly step: RunStep;
  /** Shown once the step is stored; they count as part of it. */
  readonly events: readonly StreamEvent[];
  readonly bodies?: readonly Body[];
}

/** Stores a step of the run, then shows its events. */
export function recordStep(store: RunStore, active: ActiveRun, shown: ShownStep): Promise<void> {
  return store.append(active.fence, toWrite(active, shown));
}

/** Stores how the run ended; a notice becomes the last text of the stream. */
export function storeEnd(store: RunStore, active: ActiveRun, end: RunEnd): Promise<void> {
  const { notice, failure } = end;
  const step: RunStep = {
    type: 'finished',
    status: end.status,
    ...(failure !== undefined && { errorCode: failure.code }),
    ...(notice !== undefined && { noticeCode: notice.code }),
  };
  const events: StreamEvent[] =
    notice === undefined ? [] : [{ type: 'progress', text: toNoticeText(notice) }];
  return store.finish(active.fence, end, toWrite(active, { step, events }));
}

/** Steps may be stored in one go; when one fails, those behind it must not stand. */
function toWrite(active: ActiveRun, { step, events, bodies }: ShownStep): StepWrite {
  const { reserve, committed } = createReserver(active.feed, events);
  return {
    step,
    ...(bodies !== undefined && { bodies }),
    reserve() {
      if (active.hasFailedStep) throw suspendedError('a step of it could not be stored');
      return reserve();
    },
    committed,
    failed() {
      active.hasFailedStep = true;
    },
  };
}

/** Places are given inside the transaction and shown after its commit, in the order of the commits. */
export function createReserver(
  feed: RunFeed,
  events: readonly StreamEvent[],
): Pick<StepWrite, 'reserve' | 'committed'> {
  let reservation: Reservation | undefined;
  return {
    reserve() {
      reservation = feed.reserve(events);
      return reservation.covers;
    },
    committed: () => reservation?.show(),
  };
}

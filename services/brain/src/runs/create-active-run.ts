import type { RunEventBus } from '@bakerst/bus';
import type { EventPlace, RunId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { ActiveRun } from './active-run.ts';
import { createRunFeed, type RunFeed } from './run-feed.ts';

interface FeedDeps {
  readonly clock: Clock;
  readonly runEvents: RunEventBus;
}

interface FeedStart {
  readonly runId: RunId;
  readonly takeover: number;
  /** The last event that steps of earlier takeovers cover. */
  readonly stored: EventPlace | undefined;
}

/** A feed whose events reach other brains too. */
export function openFeed({ clock, runEvents }: FeedDeps, start: FeedStart): RunFeed {
  return createRunFeed({
    takeover: start.takeover,
    stored: start.stored,
    clock,
    publish: (batch) => runEvents.publish(start.runId, batch),
  });
}

/** A run in hand, nothing of it executed yet. */
export function createActiveRun(
  held: Pick<ActiveRun, 'run' | 'fence' | 'lock' | 'feed' | 'begun'>,
): ActiveRun {
  return {
    ...held,
    stop: new AbortController(),
    isAsking: false,
    isDraining: false,
    hasFailedStep: false,
  };
}

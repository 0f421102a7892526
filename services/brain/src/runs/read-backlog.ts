import type { RunEventBus } from '@bakerst/bus';
import { comparePlaces, type EventPlace, type RunEventBatch } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { PlacedEvent } from './event-log.ts';

/** Stored events come at once or not at all. */
const PATIENCE_MS = 500;

interface BacklogDeps {
  readonly runEvents: RunEventBus;
  readonly clock: Clock;
}

/**
 * The events of a run after `after`, up to and with the first one that satisfies `isLast`.
 * Undefined when the stream no longer has all of them, or cannot be reached.
 */
export async function readBacklog(
  { runEvents, clock }: BacklogDeps,
  { runId, after }: { readonly runId: string; readonly after: EventPlace | undefined },
  isLast: (event: PlacedEvent) => boolean,
): Promise<readonly PlacedEvent[] | undefined> {
  const patience = new AbortController();
  using _alarm = clock.after(PATIENCE_MS, () => patience.abort());
  const found: PlacedEvent[] = [];
  try {
    for await (const event of readEvents(runEvents, runId, patience.signal)) {
      const last = found.at(-1)?.place ?? after;
      if (isSeen(last, event.place)) continue;
      if (!isNextPlace(last, event.place)) return undefined;
      found.push(event);
      if (isLast(event)) return found;
    }
  } catch {
    // NATS is away; whoever asked falls back on the stored steps.
  }
  return undefined;
}

async function* readEvents(
  runEvents: RunEventBus,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<PlacedEvent> {
  for await (const batch of runEvents.read(runId, signal)) yield* toPlacedEvents(batch);
}

export function toPlacedEvents({ takeover, first, events }: RunEventBatch): PlacedEvent[] {
  return events.map((event, i) => ({
    place: { takeover, n: first + i },
    event,
    line: JSON.stringify(event),
  }));
}

/** True when nothing can lie between: the next number, or the first event of a later takeover. */
export function isNextPlace(after: EventPlace | undefined, place: EventPlace): boolean {
  if (after === undefined) return place.takeover === 1 && place.n === 1;
  if (place.takeover === after.takeover) return place.n === after.n + 1;
  return place.takeover > after.takeover && place.n === 1;
}

/** True for an event that whoever has `last` has had. */
export function isSeen(last: EventPlace | undefined, place: EventPlace): boolean {
  return last !== undefined && comparePlaces(place, last) <= 0;
}

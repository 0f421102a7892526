import { comparePlaces, type EventPlace, type StreamEvent } from '@bakerst/contracts';

/** Characters kept for listeners that come later: several times the longest reply of any model. */
const KEPT_CHARS = 32 * 1024 * 1024;

/** An event of a run; `line` is its JSON. */
export interface FeedEvent {
  /** Undefined for what is told again from the stored steps. */
  readonly place: EventPlace | undefined;
  readonly event: StreamEvent;
  readonly line: string;
}

/** An event that has its place in the stream. */
export interface PlacedEvent extends FeedEvent {
  readonly place: EventPlace;
}

export interface FeedListener {
  event(event: PlacedEvent): void;
  /** No more events come from here: the run has ended, or goes on elsewhere. */
  end(): void;
}

interface EventLogOptions {
  readonly takeover: number;
  /** The last event that steps of earlier takeovers cover; undefined for a new run. */
  readonly stored: EventPlace | undefined;
}

/** What a run has shown here since this brain took it over. */
export interface EventLog {
  add(event: PlacedEvent): void;
  /** True for a place that no event has reached here: whoever names it was told something else. */
  isAhead(place: EventPlace | undefined): boolean;
  /** Tells what came after `after`, then all that comes; undefined when some of that is not kept here. */
  attach(listener: FeedListener, after: EventPlace | undefined): Disposable | undefined;
  end(): void;
}

export function createEventLog({ takeover, stored }: EventLogOptions): EventLog {
  const kept: PlacedEvent[] = [];
  const listeners = new Set<FeedListener>();
  let keptChars = 0;
  let hasDropped = false;
  let hasEnded = false;

  const reaches = (after: EventPlace | undefined): boolean => {
    if (hasDropped) {
      const oldest = kept[0];
      return after !== undefined && oldest !== undefined && comparePlaces(oldest.place, after) <= 0;
    }
    if (takeover === 1 || after?.takeover === takeover) return true;
    // From an earlier takeover: who has seen all that was stored goes on with our first event, the rewind.
    return after !== undefined && stored !== undefined && comparePlaces(after, stored) >= 0;
  };

  return {
    add(event) {
      kept.push(event);
      keptChars += event.line.length;
      if (keptChars > KEPT_CHARS) {
        hasDropped = true;
        for (const { line } of kept.splice(0, Math.ceil(kept.length / 2))) keptChars -= line.length;
      }
      for (const listener of listeners) listener.event(event);
    },
    isAhead(place) {
      if (place === undefined || place.takeover < takeover) return false;
      const newest = kept.at(-1)?.place;
      return newest === undefined || comparePlaces(place, newest) > 0;
    },
    attach(listener, after) {
      if (!reaches(after)) return undefined;
      for (const event of kept)
        if (after === undefined || comparePlaces(event.place, after) > 0) listener.event(event);
      if (hasEnded) listener.end();
      else listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    end() {
      hasEnded = true;
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
}

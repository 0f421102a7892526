import { type EventPlace, type StreamEvent, toEventId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { createEventBatcher, type EventBatch } from './event-batcher.ts';
import { createEventLog, type FeedListener } from './event-log.ts';

export interface RunFeedOptions {
  readonly takeover: number;
  /** The last event that steps of earlier takeovers cover; undefined for a new run. */
  readonly stored: EventPlace | undefined;
  readonly clock: Clock;
  /** Sends events to other brains and to readers that come later. */
  readonly publish: (batch: EventBatch) => void;
}

/** Places given to the events of a step while it is being stored. */
export interface Reservation {
  readonly covers: EventPlace;
  /** Shows the events; called once the step is stored. */
  readonly show: () => void;
}

/** The stream of a run while this brain executes it. */
export interface RunFeed {
  readonly takeover: number;
  /** Shows an event that belongs to no stored step. */
  emit(event: StreamEvent): void;
  reserve(events: readonly StreamEvent[]): Reservation;
  /** Makes the text since the last stored step void. */
  rewind(): void;
  /** Text shown since the last stored step. */
  unstoredText(): string;
  isAhead(place: EventPlace | undefined): boolean;
  attach(listener: FeedListener, after: EventPlace | undefined): Disposable | undefined;
  end(): void;
}

export function createRunFeed(options: RunFeedOptions): RunFeed {
  const { takeover } = options;
  const log = createEventLog(options);
  const batcher = createEventBatcher(options);
  let lastN = 0;
  let covers = options.stored;
  let unstored: string[] = [];

  const show = (n: number, event: StreamEvent): void => {
    const shown = { place: { takeover, n }, event, line: JSON.stringify(event) };
    batcher.add(shown);
    log.add(shown);
  };

  const emit = (event: StreamEvent): void => {
    if (event.type === 'progress') unstored.push(event.text);
    lastN += 1;
    show(lastN, event);
  };

  return {
    takeover,
    emit,
    reserve(events) {
      const first = lastN + 1;
      lastN += events.length;
      const place = { takeover, n: lastN };
      return {
        covers: place,
        show() {
          covers = place;
          unstored = [];
          for (const [i, event] of events.entries()) show(first + i, event);
        },
      };
    },
    rewind() {
      unstored = [];
      // A message that waited is a step without events: there is none of that number.
      const after = covers === undefined || covers.n === 0 ? null : toEventId(covers);
      emit({ type: 'rewind', after });
    },
    unstoredText: () => unstored.join(''),
    isAhead: log.isAhead,
    attach: log.attach,
    end() {
      batcher.flush();
      log.end();
    },
  };
}

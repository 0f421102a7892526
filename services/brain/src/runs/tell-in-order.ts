import type { EventPlace } from '@bakerst/contracts';
import type { PlacedEvent } from './event-log.ts';
import { isNextPlace, isSeen } from './read-backlog.ts';

interface InOrderReader {
  /** The last event that was told; undefined for none. */
  readonly after: EventPlace | undefined;
  readonly tell: (event: PlacedEvent) => void;
}

interface StoredSteps {
  /** The last event that is stored by now. */
  findCovered(): EventPlace | undefined;
  /** Tells what is stored in the place of all that was told, and moves the reader behind it. */
  tellSnapshot(): void;
}

/**
 * Tells events that come from another brain, none without those before it: a brain that was cut off from NATS has told
 * nobody of what it showed meanwhile. Who misses some keeps what it has until they are stored, and goes on behind that.
 */
export function tellInOrder(
  reader: InOrderReader,
  events: readonly PlacedEvent[],
  stored: StoredSteps,
): void {
  let hasLooked = false;
  for (const event of events) {
    if (isSeen(reader.after, event.place)) continue;
    if (!isNextPlace(reader.after, event.place) && !hasLooked) {
      hasLooked = true;
      const covered = stored.findCovered();
      if (covered !== undefined && !isSeen(reader.after, covered)) stored.tellSnapshot();
    }
    if (isNextPlace(reader.after, event.place)) reader.tell(event);
  }
}

import type { Clock } from '@bakerst/kit';
import type { PlacedEvent } from './event-log.ts';

/** Batches leave at most this often while only text and status lines come (design section 6: at most 30 a second). */
const BATCH_MS = 50;
/** Far below what the server takes in one message (2 MB), also when every character takes three bytes. */
const BATCH_CHARS = 256 * 1024;

/** Events of one takeover with numbers in a row, each as JSON. */
export interface EventBatch {
  readonly takeover: number;
  readonly first: number;
  readonly lines: readonly string[];
}

interface EventBatcherOptions {
  readonly takeover: number;
  readonly clock: Clock;
  readonly publish: (batch: EventBatch) => void;
}

export interface EventBatcher {
  add(event: PlacedEvent): void;
  flush(): void;
}

/** Collects text and status lines for a moment; any other event leaves at once and takes what waits along. */
export function createEventBatcher({
  takeover,
  clock,
  publish,
}: EventBatcherOptions): EventBatcher {
  let first = 0;
  let lines: string[] = [];
  let chars = 0;
  let alarm: Disposable | undefined;
  const flush = (): void => {
    alarm?.[Symbol.dispose]();
    alarm = undefined;
    if (lines.length === 0) return;
    publish({ takeover, first, lines });
    lines = [];
    chars = 0;
  };
  return {
    add({ place, event, line }) {
      // A step that could not be stored leaves a gap in the numbers.
      if (place.n !== first + lines.length || chars + line.length > BATCH_CHARS) flush();
      if (lines.length === 0) first = place.n;
      lines.push(line);
      chars += line.length;
      const mayWait = event.type === 'progress' || event.type === 'status';
      if (mayWait) alarm ??= clock.after(untilNextBeat(clock), flush);
      else flush();
    },
    flush,
  };
}

/** All runs of the process flush on the same beat: their batches leave in one write instead of one each. */
function untilNextBeat(clock: Clock): number {
  return BATCH_MS - (clock.monotonic() % BATCH_MS);
}

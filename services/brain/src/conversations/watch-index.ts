import type { Clock, Logger } from '@bakerst/kit';
import type { MessageIndexer } from './ports.ts';

/** How often the index learns what was said. */
const LOOK_MS = 2_000;
/** What one transaction takes in: it holds up nobody for longer than a message does. */
const CHUNK = 50;

interface WatchDeps {
  readonly indexer: MessageIndexer;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Lets the search learn what was said, beside everything else. */
export function watchIndex({ indexer, clock, log }: WatchDeps): Disposable {
  let isLearning = false;
  return clock.every(LOOK_MS, () => {
    if (isLearning) return;
    isLearning = true;
    void learnAll(indexer)
      .catch((err: unknown) => log.warn({ err }, 'messages not indexed yet'))
      .finally(() => {
        isLearning = false;
      });
  });
}

async function learnAll(indexer: MessageIndexer): Promise<void> {
  for (let more = CHUNK; more === CHUNK; ) more = await indexer.learn(CHUNK);
}

import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { type IndexFactsDeps, type IndexState, indexFacts } from './index-facts.ts';

/** How often it is looked for facts without a vector. */
const LOOK_MS = 2_000;
/** After a failure. */
const REST_MS = 15_000;

interface WatchDeps extends IndexFactsDeps {
  readonly state: IndexState;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Makes up for missing vectors in the background, beside everything else. */
export function watchVectors(deps: WatchDeps): AsyncDisposable {
  const { clock, log, state, lease } = deps;
  let busy: Promise<void> | undefined;
  let restUntil = 0;
  const stopped = new AbortController();
  const timer = clock.every(LOOK_MS, () => {
    if (busy !== undefined || clock.monotonic() < restUntil) return;
    busy = indexAll(deps, stopped.signal)
      .catch((err: unknown) => {
        // What was prepared may be gone when it is there again.
        state.like = undefined;
        state.preparedAt = undefined;
        const asked = err instanceof AppError ? (err.retryAfterMs ?? 0) : 0;
        restUntil = clock.monotonic() + Math.max(REST_MS, asked);
        log.warn({ err }, 'facts not indexed yet');
      })
      .finally(() => {
        busy = undefined;
      });
  });
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      stopped.abort();
      await lease.release();
    },
  };
}

async function indexAll(deps: WatchDeps, stopped: AbortSignal): Promise<void> {
  let count = 0;
  for (let more = 1; more > 0 && !stopped.aborted; count += more)
    more = await indexFacts(deps, deps.state);
  if (count > 0) deps.log.info({ count }, 'facts indexed');
}

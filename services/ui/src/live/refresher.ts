import type { QueryClient, QueryKey } from '@tanstack/react-query';

export interface Refresher {
  /** What is kept under keys that begin like this is not true any more. */
  refresh(key: QueryKey): void;
  stop(): void;
}

/** Changes come in bursts, and one look answers all of a burst. */
const BURST_MS = 120;

/** Asks again for what is shown and has changed; a page in the background asks once it is looked at. */
export function createRefresher(queries: QueryClient): Refresher {
  const due = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    if (document.visibilityState === 'hidden') return;
    const keys = [...due.values()];
    due.clear();
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
  };
  const look = (): void => {
    if (due.size > 0 && timer === undefined) flush();
  };
  document.addEventListener('visibilitychange', look);
  return {
    refresh(key) {
      due.set(JSON.stringify(key), key);
      timer ??= setTimeout(flush, BURST_MS);
    },
    stop() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}

import type { Ask, FaultClient } from './client.ts';

export interface Load {
  readonly asked: () => number;
  /** No new request is sent; resolves once the last one is answered. */
  end(): Promise<void>;
}

/** Sends so many requests a second, however long their answers take. */
export function askSteadily(
  client: FaultClient,
  perSecond: number,
  toAsk: (i: number) => Ask,
): Load {
  const asked: Promise<unknown>[] = [];
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1_000) * perSecond;
    while (asked.length < due) asked.push(client.ask(toAsk(asked.length)));
  }, 20);
  return {
    asked: () => asked.length,
    async end() {
      clearInterval(timer);
      await Promise.all(asked);
    },
  };
}

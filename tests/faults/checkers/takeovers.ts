import type { HistoryEvent } from '../harness/history.ts';

/** A run that another brain goes on with. */
export interface Takeover {
  readonly runId: string;
  readonly at: number;
  /** Who had it before; undefined when that was not told. */
  readonly from: string | undefined;
}

const BEGUN: ReadonlySet<unknown> = new Set(['message accepted', 'run taken over']);

/** Messages that waited are taken up too, with takeover 1; a run that goes on has a higher one. */
export function takeoversIn(events: readonly HistoryEvent[]): readonly Takeover[] {
  const holders = new Map<string, string>();
  const found: Takeover[] = [];
  for (const event of events) {
    if (event.type !== 'log') continue;
    const { msg, runId, takeover } = parse(event.line);
    if (!BEGUN.has(msg) || typeof runId !== 'string') continue;
    if (typeof takeover === 'number' && takeover > 1)
      found.push({ runId, at: event.at, from: holders.get(runId) });
    holders.set(runId, event.service);
  }
  return found;
}

/** How many pauses cost the paused brain a run that it had: each takeover belongs to the last pause of the brain before. */
export function pausesWithTakeover(events: readonly HistoryEvent[], pause: string): number {
  const pauses = events.filter((event) => event.type === 'fault' && event.fault === pause);
  const hit = takeoversIn(events).map(({ at, from }) =>
    pauses.findLast((event) => event.type === 'fault' && event.target === from && event.at <= at),
  );
  return new Set(hit.filter((event) => event !== undefined)).size;
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(line) };
  } catch {
    // Not every line of a process that dies is whole.
    return {};
  }
}

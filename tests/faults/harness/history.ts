import { closeSync, openSync, writeSync } from 'node:fs';

/** What a client did and was told, and what was done to the system; `at` in epoch ms. */
export type HistoryEvent =
  | {
      readonly type: 'answered';
      readonly at: number;
      /** When the request was sent. */
      readonly askedAt: number;
      /** What was asked, as the scenario names it. */
      readonly request: string;
      readonly user: string;
      /** 0 when the connection broke. */
      readonly status: number;
      readonly retryAfter?: string | undefined;
      readonly body: unknown;
    }
  | {
      readonly type: 'fault';
      readonly at: number;
      readonly fault: string;
      readonly target: string;
    }
  | { readonly type: 'log'; readonly at: number; readonly service: string; readonly line: string }
  | { readonly type: 'note'; readonly at: number; readonly note: string; readonly value: unknown };

export type Answered = Extract<HistoryEvent, { type: 'answered' }>;

/** All that happened in one run of a scenario, in memory for the checkers and in a file for people. */
export interface History extends Disposable {
  readonly events: readonly HistoryEvent[];
  readonly path: string;
  add(event: HistoryEvent): void;
}

export function openHistory(path: string): History {
  const fd = openSync(path, 'w');
  const events: HistoryEvent[] = [];
  return {
    events,
    path,
    add(event) {
      events.push(event);
      writeSync(fd, `${JSON.stringify(event)}\n`);
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}

export function answersOf(events: readonly HistoryEvent[]): readonly Answered[] {
  return events.filter((event) => event.type === 'answered');
}

/** Faults that hit, by kind. */
export function countFaults(events: readonly HistoryEvent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of events)
    if (event.type === 'fault') counts.set(event.fault, (counts.get(event.fault) ?? 0) + 1);
  return counts;
}

/** Log lines, of any service, that contain a text. */
export function logLines(events: readonly HistoryEvent[], text: string): readonly string[] {
  return events
    .filter((event) => event.type === 'log')
    .map(({ line }) => line)
    .filter((line) => line.includes(text));
}

import type { Dump } from '../harness/dump.ts';
import { answersOf, type HistoryEvent } from '../harness/history.ts';

const TERMINAL: ReadonlySet<unknown> = new Set(['completed', 'failed', 'halted', 'uncertain']);

/** Ids of runs that a client was told of by a 2xx. */
export function acceptedRuns(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const ids = answersOf(events)
    .filter(({ status }) => status >= 200 && status < 300)
    .map(({ body }) =>
      typeof body === 'object' && body !== null && 'run_id' in body ? body.run_id : undefined,
    )
    .filter((id) => typeof id === 'string');
  return new Set(ids);
}

/** What must be true of all runs, whatever was done to the system. */
export function checkRuns(
  events: readonly HistoryEvent[],
  dump: Dump,
): Readonly<Record<string, readonly unknown[]>> {
  return {
    'accepted message is not there': lostRuns(events, dump),
    'message or answer stands twice': doubledTexts(dump),
    'finished step was taken again': repeatedSteps(dump),
    'run never ended': unfinishedRuns(dump),
    'database that is damaged': dump.integrity === 'ok' ? [] : [dump.integrity],
  };
}

/** Accepted runs that are not there. */
export function lostRuns(events: readonly HistoryEvent[], { runs }: Dump): readonly string[] {
  const known = new Set(runs.map(({ id }) => id));
  return [...acceptedRuns(events)].filter((id) => !known.has(id));
}

export function unfinishedRuns({ runs }: Pick<Dump, 'runs'>): readonly unknown[] {
  return runs.filter(({ status }) => !TERMINAL.has(status)).map(({ id }) => id);
}

/** Messages (by their text, which each scenario makes unique) and answers (by their run) beyond the first. */
export function doubledTexts({ messages }: Dump): readonly string[] {
  const of = (role: string): typeof messages =>
    messages.filter((message) => message['role'] === role);
  return [
    ...repeated(of('user').map(({ content }) => String(content))),
    ...repeated(of('assistant').map(({ run_id }) => String(run_id))),
  ];
}

/** Replies and tool answers that were stored a second time for the same place of a run. */
function repeatedSteps({ steps }: Dump): readonly unknown[] {
  const places = steps
    .filter(
      ({ type }) => type === 'model_replied' || type === 'tool_answered' || type === 'finished',
    )
    .map(({ run_id, type, payload }) => {
      const { turn = 0, index = 0 } = JSON.parse(String(payload));
      return `${run_id} ${type} ${turn}.${index}`;
    });
  return repeated(places);
}

/** Steps of a holder that had been replaced already: within a run the takeover never goes back. */
export function stepsOfReplacedHolders({ steps }: Dump): readonly unknown[] {
  return steps
    .filter((step, i) => {
      const { run_id, takeover } = steps[i - 1] ?? {};
      return run_id === step['run_id'] && Number(takeover) > Number(step['takeover']);
    })
    .map(({ run_id, seq }) => `${run_id} step ${seq}`);
}

/** Pairs of runs of one user that were on at the same time. */
export function overlappingRuns({ runs, steps }: Dump): readonly unknown[] {
  const spans = new Map<unknown, { from: number; to: number }>();
  for (const { run_id, type, at } of steps) {
    // A message that waits is stored before its turn comes, notes on the conversation after its end.
    if (type === 'message_accepted' || type === 'summarised') continue;
    const span = spans.get(run_id) ?? { from: Number(at), to: Number(at) };
    spans.set(run_id, { from: Math.min(span.from, Number(at)), to: Math.max(span.to, Number(at)) });
  }
  const last = new Map<unknown, { id: unknown; to: number }>();
  const found: string[] = [];
  const byStart = runs
    .map(({ id, lock_key }) => ({ id, lock_key, span: spans.get(id) }))
    .toSorted((one, other) => (one.span?.from ?? 0) - (other.span?.from ?? 0));
  for (const { id, lock_key, span } of byStart) {
    if (span === undefined) continue;
    const before = last.get(lock_key);
    if (before !== undefined && span.from < before.to) found.push(`${before.id} and ${id}`);
    last.set(lock_key, { id, to: Math.max(span.to, before?.to ?? 0) });
  }
  return found;
}

/** How many runs of one brain were on at the same moment: those that waited are not counted. */
export function mostRunsAtOnce({ runs }: Dump): number {
  const changes = runs
    .flatMap(({ created_at, finished_at }) => [
      { at: Number(created_at), by: 1 },
      { at: Number(finished_at), by: -1 },
    ])
    // An end makes room for a start of the same millisecond.
    .toSorted((one, other) => one.at - other.at || one.by - other.by);
  let now = 0;
  return changes.reduce((most, { by }) => {
    now += by;
    return Math.max(most, now);
  }, 0);
}

export function repeated(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

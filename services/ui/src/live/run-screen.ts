import {
  type ChatResponse,
  comparePlaces,
  type EventPlace,
  parseEventId,
  type StreamEvent,
} from '@bakerst/contracts';

/** Text as it was shown, one piece for each stretch between tool calls. */
interface TextPart {
  readonly kind: 'text';
  readonly key: string;
  readonly text: string;
}

export interface ToolPart {
  readonly kind: 'tool';
  /** Id of the call. */
  readonly key: string;
  readonly tool: string;
  readonly input: unknown;
  readonly answer?: ToolAnswer;
  /** Milliseconds since the epoch; undefined where it was not seen. */
  readonly startedAt?: number;
  readonly durationMs?: number;
}

interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** What a person said while the run was on. */
interface SteeredPart {
  readonly kind: 'steered';
  readonly key: string;
  readonly text: string;
}

export type Part = TextPart | ToolPart | SteeredPart;

type RunEnding =
  | { readonly kind: 'complete'; readonly response: ChatResponse }
  | { readonly kind: 'error'; readonly message: string; readonly reason?: string | undefined };

export interface Screen {
  readonly parts: readonly Part[];
  readonly ending?: RunEnding;
}

export interface RunScreen {
  /** Takes the next event; `now` is in milliseconds since the epoch. */
  apply(
    received: { readonly id: string | undefined; readonly event: StreamEvent },
    now: number,
  ): void;
  read(): Screen;
}

type Snapshot = Extract<StreamEvent, { type: 'snapshot' }>;

interface Written {
  readonly place: EventPlace;
  readonly key: string;
  /** Length of the part behind this event. */
  readonly length: number;
}

/**
 * What a run shows, built from the events of its stream. Events of a brain that has lost the run, and events that are
 * known already, change nothing; `rewind` takes back text of the reply that was not finished, never a tool call.
 */
export function createRunScreen(): RunScreen {
  let screen: Screen = { parts: [] };
  let written: Written[] = [];
  let last: EventPlace | undefined;
  /** A rewind counts once something follows it, so that a text does not vanish before the next one is there. */
  let rewound: { readonly after: EventPlace | undefined } | undefined;

  const isKnown = (place: EventPlace | undefined): boolean =>
    place !== undefined && last !== undefined && comparePlaces(place, last) <= 0;
  const replace = (
    snapshot: Snapshot,
    { place, now }: { readonly place: EventPlace | undefined; readonly now: number },
  ): void => {
    rewound = undefined;
    screen = { ...screen, parts: keepTimes(toParts(snapshot, now), screen.parts) };
    written = place === undefined ? [] : toWritten(screen.parts, place);
    last = place;
  };
  const cut = (): void => {
    if (rewound === undefined) return;
    const { after } = rewound;
    rewound = undefined;
    written = written.filter(
      ({ place }) => after !== undefined && comparePlaces(place, after) <= 0,
    );
    screen = { ...screen, parts: cutTexts(screen.parts, written) };
  };
  const add = (event: StreamEvent, place: EventPlace | undefined, now: number): void => {
    cut();
    screen = addEvent(screen, event, now);
    const part = screen.parts.at(-1);
    if (event.type === 'progress' && place !== undefined && part?.kind === 'text')
      written.push({ place, key: part.key, length: part.text.length });
  };
  return {
    apply({ id, event }, now) {
      const place = toPlace(id);
      // A snapshot is told behind a rewind to nothing: dropped as known, it would leave that in force.
      if (event.type === 'snapshot') return replace(event, { place, now });
      if (isKnown(place)) return;
      last = place ?? last;
      if (event.type === 'rewind') rewound = { after: toPlace(event.after) };
      else add(event, place, now);
    },
    read: () => screen,
  };
}

function toPlace(id: string | null | undefined): EventPlace | undefined {
  return typeof id === 'string' ? parseEventId(id) : undefined;
}

function addEvent(screen: Screen, event: StreamEvent, now: number): Screen {
  const { parts } = screen;
  switch (event.type) {
    case 'progress':
      return { ...screen, parts: addText(parts, event.text) };
    case 'tool_use':
      return { ...screen, parts: addTool(parts, event, now) };
    case 'tool_result':
      return { ...screen, parts: parts.map((part) => answer(part, event, now)) };
    case 'steered':
      return {
        ...screen,
        parts: [...parts, { kind: 'steered', key: `steered-${parts.length}`, text: event.text }],
      };
    case 'complete':
      return { ...screen, ending: { kind: 'complete', response: event.response } };
    case 'error':
      return { ...screen, ending: { kind: 'error', message: event.message, reason: event.reason } };
    case 'status':
    case 'rewind':
    case 'snapshot':
    case 'reconnect':
      return screen;
    default:
      return event satisfies never;
  }
}

function addText(parts: readonly Part[], text: string): readonly Part[] {
  const last = parts.at(-1);
  if (last?.kind === 'text') return [...parts.slice(0, -1), { ...last, text: last.text + text }];
  return [...parts, { kind: 'text', key: `text-${parts.length}`, text }];
}

function addTool(
  parts: readonly Part[],
  { id, tool, input }: Extract<StreamEvent, { type: 'tool_use' }>,
  now: number,
): readonly Part[] {
  if (parts.some(({ key }) => key === id)) return parts;
  return [...parts, { kind: 'tool', key: id, tool, input, startedAt: now }];
}

function answer(
  part: Part,
  { id, result, is_error }: Extract<StreamEvent, { type: 'tool_result' }>,
  now: number,
): Part {
  if (part.kind !== 'tool' || part.key !== id || part.answer !== undefined) return part;
  return {
    ...part,
    answer: { text: result, isError: is_error },
    ...(part.startedAt !== undefined && { durationMs: Math.max(0, now - part.startedAt) }),
  };
}

/** A text that was taken back entirely keeps its place while a tool call follows it. */
function cutTexts(parts: readonly Part[], written: readonly Written[]): readonly Part[] {
  const lengths = new Map(written.map(({ key, length }) => [key, length]));
  return parts.flatMap((part): readonly Part[] => {
    if (part.kind !== 'text') return [part];
    const text = part.text.slice(0, lengths.get(part.key) ?? 0);
    return text === '' ? [] : [{ ...part, text }];
  });
}

/** What a snapshot has brought, as if it had been written at its place. */
function toWritten(parts: readonly Part[], place: EventPlace): Written[] {
  return parts.flatMap((part) =>
    part.kind === 'text' ? [{ place, key: part.key, length: part.text.length }] : [],
  );
}

function toParts({ parts }: Snapshot, now: number): readonly Part[] {
  return parts.reduce<Screen>((screen, part) => addEvent(screen, part, now), { parts: [] }).parts;
}

/** A snapshot does not say when its calls began and ended; who has seen that knows better. */
function keepTimes(parts: readonly Part[], known: readonly Part[]): readonly Part[] {
  const seen = new Map(known.map((part) => [part.key, part]));
  return parts.map((part): Part => {
    const before = seen.get(part.key);
    if (part.kind !== 'tool') return part;
    const { startedAt: _startedAt, durationMs: _durationMs, ...bare } = part;
    if (before?.kind !== 'tool') return bare;
    return {
      ...bare,
      ...(before.startedAt !== undefined && { startedAt: before.startedAt }),
      ...(before.durationMs !== undefined && { durationMs: before.durationMs }),
    };
  });
}

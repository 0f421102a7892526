import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Client, type ReceivedEvent } from '@bakerst/client';
import { parseEventId } from '@bakerst/contracts';
import type { Random } from './random.ts';

/** A run as a reader had it on the screen, over however many connections. */
export interface ReadStream {
  readonly runId: string;
  /** Text that was shown and not taken back. */
  readonly text: string;
  readonly isComplete: boolean;
  /** Places that were missing between two events, or came a second time. */
  readonly gaps: readonly string[];
  readonly connections: number;
}

interface ReadOptions {
  readonly client: Client;
  readonly message: string;
  readonly user: string;
  /** Drops the connection so often, each time after some events. */
  readonly drops: number;
  readonly random: Random;
}

const PATIENCE_MS = 120_000;

interface Shown {
  readonly place: string;
  readonly text: string;
}

interface Reading {
  runId: string;
  /** Id of the last event. */
  last: string;
  shown: readonly Shown[];
  readonly gaps: string[];
  isComplete: boolean;
}

/** Says a message and reads its stream to the end; resumes it wherever it breaks off. */
export async function readStream(options: ReadOptions): Promise<ReadStream> {
  const { drops, random } = options;
  const reading: Reading = { runId: '', last: '', shown: [], gaps: [], isComplete: false };
  let connections = 0;
  const until = performance.now() + PATIENCE_MS;
  while (!reading.isComplete && performance.now() < until) {
    const dropAfter = connections < drops ? random.between(1, 40) : Number.POSITIVE_INFINITY;
    connections++;
    await readUntil(options, reading, dropAfter);
    if (!reading.isComplete) await delay(30);
  }
  const { shown, ...read } = reading;
  return { ...read, connections, text: shown.map(({ text }) => text).join('') };
}

/** Reads until the end, so many events, or the end of the connection. */
async function readUntil(options: ReadOptions, reading: Reading, most: number): Promise<void> {
  const stop = new AbortController();
  let seen = 0;
  try {
    for await (const event of openEvents(options, reading, stop.signal)) {
      take(reading, event);
      if (++seen >= most) stop.abort();
    }
  } catch (err) {
    // Dropped, refused for a moment, or cut off by a process that ended.
    if (err instanceof ApiError && err.status < 500 && err.status !== 429) throw err;
  }
}

function openEvents(
  { client, message, user }: ReadOptions,
  { runId, last }: Reading,
  signal: AbortSignal,
): AsyncIterable<ReceivedEvent> {
  if (runId === '')
    return client.streamChat(
      { message, user_id: user, on_busy: 'queue' },
      { signal, idempotencyKey: message },
    );
  const place = last === '' ? {} : { lastEventId: last };
  return client.followRun(runId, { user_id: user, signal, ...place });
}

function take(state: Reading, { id, event }: ReceivedEvent): void {
  if (event.type === 'status' && event.run_id !== undefined) state.runId = event.run_id;
  if (id !== undefined) {
    // A snapshot stands for all that comes before it.
    if (event.type !== 'snapshot') noteGap(state, id);
    state.last = id;
  }
  switch (event.type) {
    case 'progress':
      state.shown = [...state.shown, { place: id ?? '', text: event.text }];
      return;
    case 'rewind':
      state.shown = state.shown.filter(
        ({ place }) => event.after !== null && isUpTo(place, event.after),
      );
      return;
    case 'snapshot':
      state.shown = event.parts.flatMap((part) =>
        part.type === 'progress' ? [{ place: '0.0', text: part.text }] : [],
      );
      return;
    case 'complete':
    case 'error':
      state.isComplete = true;
      return;
    default:
  }
}

/** Within a takeover the numbers have no hole; a new takeover begins with 1, or with what a snapshot stands for. */
function noteGap({ last, gaps }: Reading, id: string): void {
  const before = parseEventId(last);
  const now = parseEventId(id);
  if (before === undefined || now === undefined) return;
  const isNext =
    now.takeover === before.takeover ? now.n === before.n + 1 : now.takeover > before.takeover;
  if (!isNext) gaps.push(`${last} → ${id}`);
}

function isUpTo(place: string, after: string): boolean {
  const one = parseEventId(place);
  const other = parseEventId(after);
  if (one === undefined || other === undefined) return place === '0.0';
  return one.takeover < other.takeover || (one.takeover === other.takeover && one.n <= other.n);
}

import { ApiError, type ChatInput, type Client, type ReceivedEvent } from '@bakerst/client';
import { type ConversationId, isTerminalEvent, type RunId } from '@bakerst/contracts';
import { createRunScreen, type Screen } from './run-screen.ts';
import { onUnseen, untilSeen } from './seen.ts';
import { isPassing, untilItPasses, waitForTry } from './until-it-passes.ts';

/** A run that this page follows. */
export interface LiveRun {
  readonly runId: RunId;
  readonly screen: Screen;
  /** The stream was cut, and nothing has come since. */
  readonly isCut: boolean;
}

export interface Sent {
  readonly runId: RunId;
  readonly conversationId: ConversationId;
}

/**
 * The runs that this page follows, each to its end, however often its stream is cut. A page that nobody looks at gives
 * its streams up, for a browser has six connections to a server, and goes on where it was once it is looked at again.
 */
export interface RunStreams {
  get(runId: RunId): LiveRun | undefined;
  /** Follows a run that is on; one that is followed already is followed once. */
  follow(runId: RunId): void;
  /** Nobody looks at a run any more: it is forgotten once it has ended, until it is followed again. */
  leave(runId: RunId): void;
  /**
   * Says something, and resolves as soon as it is stored. A lost connection is tried again under the same key, so
   * nothing is said twice; `onWaiting` hears of that.
   * @throws ApiError for a refusal.
   */
  send(input: ChatInput, options: SendOptions): Promise<Sent>;
  subscribe(listener: () => void): () => void;
}

interface SendOptions {
  readonly key: string;
  readonly onWaiting: (err: unknown) => void;
}

export interface RunStreamsDeps {
  readonly client: Pick<Client, 'streamChat' | 'followRun' | 'getRun'>;
  readonly now: () => number;
  /** Calls back before the next picture is drawn: however many deltas come in between, each is drawn once. */
  readonly onNextFrame: (call: () => void) => void;
  /** Hears why a run cannot be followed. */
  readonly onRefused: (err: ApiError) => void;
  /** Hears of every run that has ended. */
  readonly onEnded: (runId: RunId) => void;
}

export function createRunStreams(deps: RunStreamsDeps): RunStreams {
  const runs = new Map<RunId, LiveRun>();
  const left = new Set<RunId>();
  const listeners = new Set<() => void>();
  let isDue = false;
  const changed = (): void => {
    if (isDue) return;
    isDue = true;
    deps.onNextFrame(() => {
      isDue = false;
      for (const listener of listeners) listener();
    });
  };
  const put = (run: LiveRun): void => {
    runs.set(run.runId, run);
    changed();
  };
  const follow = (runId: RunId, begun?: Stream): void => {
    left.delete(runId);
    const known = runs.get(runId);
    // One that has ended goes on when a person has said what became of its job; until it speaks, its old words stand.
    if (known !== undefined && known.screen.ending === undefined) return;
    put({ runId, screen: { parts: known?.screen.parts ?? [] }, isCut: false });
    void followToEnd(deps, { runId, begun, put }).then(() => {
      if (left.delete(runId)) runs.delete(runId);
      deps.onEnded(runId);
    });
  };
  return {
    get: (runId) => runs.get(runId),
    follow: (runId) => follow(runId),
    leave(runId) {
      if (runs.get(runId)?.screen.ending === undefined) left.add(runId);
      else runs.delete(runId);
    },
    async send(input, options) {
      const { first, rest } = await open(deps, input, options);
      const { run_id: runId, conversation_id: conversationId } = first;
      // What waits for its turn is followed once it has that.
      if (await isWaiting(deps, runId)) rest.abort();
      else follow(runId, rest);
      return { runId, conversationId };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface Opened {
  readonly first: { readonly run_id: RunId; readonly conversation_id: ConversationId };
  /** The stream behind its first event. */
  readonly rest: Stream;
}

interface Stream {
  readonly events: AsyncGenerator<ReceivedEvent>;
  abort(): void;
}

function openStream(start: (signal: AbortSignal) => AsyncGenerator<ReceivedEvent>): Stream {
  const ended = new AbortController();
  return { events: start(ended.signal), abort: () => ended.abort() };
}

function open(
  { client }: RunStreamsDeps,
  input: ChatInput,
  { key, onWaiting }: SendOptions,
): Promise<Opened> {
  return untilItPasses(
    async () => {
      const rest = openStream((signal) =>
        client.streamChat(input, { idempotencyKey: key, signal }),
      );
      const event = (await rest.events.next()).value?.event;
      if (event?.type !== 'status' || !event.run_id || !event.conversation_id)
        throw new TypeError('the stream ended before it began');
      return { first: { run_id: event.run_id, conversation_id: event.conversation_id }, rest };
    },
    { onWaiting },
  );
}

async function isWaiting({ client }: RunStreamsDeps, runId: RunId): Promise<boolean> {
  try {
    const { status, merged_into: mergedInto } = await client.getRun(runId);
    return status === 'queued' || mergedInto !== null;
  } catch {
    return false; // Its stream will show it.
  }
}

interface Followed {
  readonly runId: RunId;
  /** A stream that is open already; it does not begin with the events that name a place before it. */
  readonly begun: Stream | undefined;
  readonly put: (run: LiveRun) => void;
}

async function followToEnd(deps: RunStreamsDeps, { runId, begun, put }: Followed): Promise<void> {
  const screen = createRunScreen();
  const show = (more: Partial<Screen> = {}, isCut = false): void =>
    put({ runId, screen: { ...screen.read(), ...more }, isCut });
  let lastEventId: string | undefined;
  let tries = 0;
  const read = async ({ events }: Stream): Promise<boolean> => {
    for await (const received of events) {
      tries = 0;
      lastEventId = received.id ?? lastEventId;
      screen.apply(received, deps.now());
      show();
      if (isTerminalEvent(received.event)) return true;
    }
    return false;
  };
  const resume = (): Stream =>
    openStream((signal) =>
      deps.client.followRun(runId, { signal, ...(lastEventId !== undefined && { lastEventId }) }),
    );
  for (let stream = begun; ; stream = undefined) {
    if (stream === undefined) await untilSeen();
    const outcome = await readWhileSeen(stream ?? resume(), read);
    if (outcome === true) return;
    if (outcome instanceof ApiError) {
      deps.onRefused(outcome);
      return show({ ending: toEnding(outcome) });
    }
    if (outcome === 'unseen') continue;
    tries += 1;
    if (tries > 1) show({}, true);
    await waitForTry(tries);
  }
}

/** Whether that was all, `unseen` when it was given up, or why it cannot be read. */
async function readWhileSeen(
  stream: Stream,
  read: (stream: Stream) => Promise<boolean>,
): Promise<boolean | 'unseen' | ApiError> {
  let isUnseen = false;
  const stop = onUnseen(() => {
    isUnseen = true;
    stream.abort();
  });
  try {
    return (await read(stream)) || (isUnseen && 'unseen');
  } catch (err) {
    if (isUnseen) return 'unseen';
    return err instanceof ApiError && !isPassing(err) && err;
  } finally {
    stop();
  }
}

function toEnding({ message }: ApiError): { readonly kind: 'error'; readonly message: string } {
  return { kind: 'error', message };
}

import { Refusal } from './chats.ts';

/** What is told of, as the tests made it. */
export type Update = Readonly<Record<string, unknown>> & { readonly update_id: number };

interface Poll {
  readonly answer: (updates: readonly Update[]) => void;
  readonly refuse: (refusal: Refusal) => void;
}

/** Updates that wait for whoever reads them. */
export interface UpdateQueue {
  readonly waiting: readonly Update[];
  /** Updates below were confirmed. */
  confirmed(): number;
  add(update: Omit<Update, 'update_id'>): number;
  /** Tells once more of an update that was confirmed or not. */
  repeat(id: number): void;
  take(id: number): void;
  /** What is added from now on is numbered from there, as it may be after a week without updates. */
  numberFrom(id: number): void;
  poll(query: PollQuery, gone: AbortSignal): Promise<readonly Update[]>;
  onAdded(listener: (update: Update) => void): void;
}

interface PollQuery {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly timeout?: number | undefined;
}

const FIRST_ID = 5001;

export function createUpdateQueue(): UpdateQueue {
  const all: Update[] = [];
  let waiting: Update[] = [];
  let nextId = FIRST_ID;
  let confirmed = FIRST_ID;
  let poll: Poll | undefined;
  const listeners: ((update: Update) => void)[] = [];
  const put = (update: Update): void => {
    waiting.push(update);
    waiting.sort((one, other) => one.update_id - other.update_id);
    poll?.answer(waiting);
    for (const listener of listeners) listener(update);
  };
  return {
    get waiting() {
      return waiting;
    },
    confirmed: () => confirmed,
    add(rest) {
      const update = { ...rest, update_id: nextId };
      nextId += 1;
      all.push(update);
      put(update);
      return update.update_id;
    },
    repeat(id) {
      const update = all.find(({ update_id }) => update_id === id);
      if (update !== undefined) put(update);
    },
    take(id) {
      waiting = waiting.filter(({ update_id }) => update_id !== id);
    },
    numberFrom(id) {
      nextId = id;
      confirmed = id;
    },
    onAdded: (listener) => void listeners.push(listener),
    async poll({ offset: asked = 0, limit = 100, timeout = 0 }, gone) {
      // The real server answers from the head of its queue where the offset lies in the future.
      const offset = asked > nextId ? 0 : asked;
      poll?.refuse(
        new Refusal(
          409,
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        ),
      );
      confirmed = Math.max(confirmed, offset);
      waiting = waiting.filter(({ update_id }) => update_id >= offset);
      if (waiting.length > 0 || timeout === 0) return waiting.slice(0, limit);
      const { promise, resolve, reject } = Promise.withResolvers<readonly Update[]>();
      const own = { answer: resolve, refuse: reject };
      poll = own;
      const timer = setTimeout(() => resolve([]), timeout * 1000);
      gone.addEventListener('abort', () => resolve([]));
      return await promise.finally(() => {
        clearTimeout(timer);
        if (poll === own) poll = undefined;
      });
    },
  };
}

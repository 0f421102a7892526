import { Worker } from 'node:worker_threads';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { SearchAnswer, type SearchAsk } from './search-messages.ts';

const PROGRAM = new URL('./sqlite-search-program.ts', import.meta.url);
/** The program's imports are sources too, however this process was begun. */
const OPTIONS = ['--conditions=bakerst-source', '--disable-warning=ExperimentalWarning'] as const;
/** With its beginning; a thread that takes longer is stuck. */
const PATIENCE_MS = 30_000;
/** After a thread has failed, twice as long after each further one. */
const REST_MS = 1_000;
const MAX_REST_MS = 60_000;

interface SearchThreadDeps {
  /** Of the database. */
  readonly path: string;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly log: Logger;
}

type Wanted<Ask> = Ask extends SearchAsk ? Omit<Ask, 'number'> : never;

/** A thread that searches; it begins with the first question, and anew some time after it has failed. */
export interface SearchThread extends AsyncDisposable {
  /** True when its last question had no answer, or it ended by itself. */
  readonly isFailing: boolean;
  /** Throws AppError UNAVAILABLE when there is no answer in time. */
  ask(wanted: Wanted<SearchAsk>): Promise<SearchAnswer>;
  /** Has it begun before the first question. */
  warmUp(): void;
}

interface Open {
  readonly resolve: (answer: SearchAnswer) => void;
  readonly reject: (err: unknown) => void;
}

export function createSqliteSearchThread({ path, clock, log }: SearchThreadDeps): SearchThread {
  let thread: Worker | undefined;
  let count = 0;
  const fate = createFate(clock);
  const open = new Map<number, Open>();
  const lose = (lost: Worker, err: unknown): void => {
    if (thread !== lost) return;
    thread = undefined;
    fate.fail();
    for (const { reject } of open.values()) reject(gone(err));
    open.clear();
  };
  const begin = (): Worker => {
    const begun = new Worker(PROGRAM, { workerData: { path }, execArgv: [...OPTIONS] });
    begun.unref();
    begun.on('message', (message: unknown) => {
      const answer = SearchAnswer.parse(message);
      const asked = open.get(answer.number);
      open.delete(answer.number);
      fate.answer(answer.kind !== 'failed');
      if (answer.kind === 'failed') asked?.reject(gone(new Error(answer.message)));
      else asked?.resolve(answer);
    });
    begun.on('error', (err) => {
      log.warn({ err }, 'search thread failed');
      lose(begun, err);
    });
    begun.on('exit', () => lose(begun, undefined));
    return begun;
  };
  return {
    get isFailing() {
      return fate.isFailing();
    },
    warmUp() {
      if (!fate.isResting()) thread ??= begin();
    },
    async ask(wanted) {
      if (thread === undefined && fate.isResting()) throw gone(new Error('it has just failed'));
      const number = count++;
      const { promise, resolve, reject } = Promise.withResolvers<SearchAnswer>();
      open.set(number, { resolve, reject });
      using _deadline = clock.after(PATIENCE_MS, () => {
        open.delete(number);
        fate.answer(false);
        reject(gone(new Error(`no answer in ${PATIENCE_MS} ms`)));
      });
      thread ??= begin();
      thread.postMessage({ ...wanted, number } satisfies SearchAsk);
      return await promise;
    },
    async [Symbol.asyncDispose]() {
      const last = thread;
      if (last !== undefined) lose(last, undefined);
      await last?.terminate();
    },
  };
}

/** How a thread has fared, and how long it is left alone for it. */
function createFate(clock: Pick<Clock, 'monotonic'>) {
  let failures = 0;
  let isFailing = false;
  let restUntil = 0;
  return {
    isFailing: () => isFailing,
    isResting: () => clock.monotonic() < restUntil,
    answer(isGood: boolean): void {
      failures = 0;
      isFailing = !isGood;
    },
    fail(): void {
      isFailing = true;
      restUntil = clock.monotonic() + Math.min(REST_MS * 2 ** failures++, MAX_REST_MS);
    },
  };
}

function gone(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', 'the search of facts gives no answer', {
    cause,
    reason: 'SEARCH_UNAVAILABLE',
    retryAfterMs: 1_000,
  });
}

import { Worker } from 'node:worker_threads';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { SearchAnswer, type SearchAsk } from './search-messages.ts';

const PROGRAM = new URL('./sqlite-search-program.ts', import.meta.url);
/** The program's imports are sources too, however this process was begun. */
const OPTIONS = ['--conditions=bakerst-source', '--disable-warning=ExperimentalWarning'] as const;
/** With its beginning; a thread that takes longer is stuck. */
const PATIENCE_MS = 30_000;

interface SearchThreadDeps {
  /** Of the database. */
  readonly path: string;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Logger;
}

type Wanted<Ask> = Ask extends SearchAsk ? Omit<Ask, 'number'> : never;

/** A thread that searches; it begins with the first question, and anew after it has failed. */
export interface SearchThread extends AsyncDisposable {
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
  const open = new Map<number, Open>();
  const lose = (lost: Worker, err: unknown): void => {
    if (thread !== lost) return;
    thread = undefined;
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
    warmUp() {
      thread ??= begin();
    },
    async ask(wanted) {
      const number = count++;
      const { promise, resolve, reject } = Promise.withResolvers<SearchAnswer>();
      open.set(number, { resolve, reject });
      using _deadline = clock.after(PATIENCE_MS, () => {
        open.delete(number);
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

function gone(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', 'the search of facts gives no answer', {
    cause,
    reason: 'SEARCH_UNAVAILABLE',
    retryAfterMs: 1_000,
  });
}

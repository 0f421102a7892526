import { sleepUnlessAborted } from '../local/sleep-unless-aborted.ts';
import { createRestartDelay } from './restart-delay.ts';

/** How a program came to its end. `refused`: it cannot run as it is set up, and another start would change nothing. */
export type Exit =
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'ended'; readonly how: string };

/** One run of a program. */
export interface Run {
  /** Resolves when it says that it is ready; may never settle. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks it to end. */
  stop(): void;
  kill(): void;
}

export interface Program {
  readonly name: string;
  readonly logFile: string;
  /** How long it may take to end before it is killed. */
  readonly graceMs: number;
  start(): Promise<Run>;
}

export interface KeptProgram extends AsyncDisposable {
  readonly name: string;
  /** Resolves when it is ready for the first time; may never settle. */
  readonly ready: Promise<void>;
  /** Resolves with its sentence when it refuses to run; it is not started again then. */
  readonly refused: Promise<string>;
  /** Ends it for good without giving it time. */
  kill(): void;
}

/** Starts a program, and starts it again whenever it ends, until disposed of. */
export function keepRunning(program: Program, say: (line: string) => void): KeptProgram {
  const stop = new AbortController();
  const kill = new AbortController();
  const ready = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<string>();

  async function runOnce(isRestart: boolean): Promise<Exit> {
    const run = await program.start();
    using _stop = onAbort(stop.signal, () => end(run, program.graceMs));
    using _kill = onAbort(kill.signal, () => run.kill());
    void run.ready.then(() => {
      if (isRestart && !stop.signal.aborted) say(`${program.name} is back`);
      ready.resolve();
    });
    return await run.exited;
  }

  async function loop(): Promise<void> {
    const nextDelay = createRestartDelay();
    for (let isRestart = false; !stop.signal.aborted; isRestart = true) {
      const startedAt = performance.now();
      const exit = await runOnce(isRestart).catch(toExit);
      if (stop.signal.aborted) return;
      if (exit.type === 'refused') return refused.resolve(exit.message);
      const waitMs = nextDelay(performance.now() - startedAt);
      say(`${program.name} ${exit.how}; starting it again ${soon(waitMs)} (${program.logFile})`);
      await sleepUnlessAborted(waitMs, stop.signal);
    }
  }

  const ended = loop();
  return {
    name: program.name,
    ready: ready.promise,
    refused: refused.promise,
    kill: () => {
      stop.abort();
      kill.abort();
    },
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return ended;
    },
  };
}

function end(run: Run, graceMs: number): void {
  const timer = setTimeout(() => run.kill(), graceMs);
  void run.exited.then(() => clearTimeout(timer));
  run.stop();
}

/** Calls `listener` when the signal is aborted, or now if it already is. */
function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) };
}

/** What keeps a program from being started at all may pass, a full disk for instance. */
function toExit(cause: unknown): Exit {
  const why = cause instanceof Error ? cause.message : String(cause);
  return { type: 'ended', how: `could not be started (${why})` };
}

function soon(waitMs: number): string {
  return waitMs === 0 ? 'now' : `in ${waitMs / 1000} s`;
}

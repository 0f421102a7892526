const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const LOOK_EVERY_MS = 500;
/** One Ctrl-C arrives twice: from the terminal, and once more from npm, which passes it on. */
const SAME_CTRL_C_MS = 500;

export interface StopRequest extends Disposable {
  /** Aborted when the system is to stop; its reason says in words why. */
  readonly stop: AbortSignal;
  /** Aborted when it is to stop at once: at a second Ctrl-C. */
  readonly kill: AbortSignal;
}

interface StopOptions {
  /** npm, which passes signals on; killed, it cannot, and its end must do. */
  readonly followParent: boolean;
}

/** Turns signals, and the end of the npm that started this, into a request to stop. */
export function openStopRequest({ followParent }: StopOptions): StopRequest {
  const stop = new AbortController();
  const kill = new AbortController();
  let stoppedAt = 0;
  const request = (reason: string): void => {
    if (!stop.signal.aborted) stoppedAt = performance.now();
    stop.abort(reason);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const isSecond = stop.signal.aborted && performance.now() - stoppedAt > SAME_CTRL_C_MS;
    if (signal === 'SIGINT' && isSecond) kill.abort();
    request(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (followParent && process.ppid !== parent) request('npm is gone');
  }, LOOK_EVERY_MS).unref();
  return {
    stop: stop.signal,
    kill: kill.signal,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

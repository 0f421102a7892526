/** Lets one of a kind in at a time, in the order of asking. */
export interface OneAtATime {
  /** Resolves when it is one's turn, which ends with the disposal; rejects with the signal's reason. */
  enter(kind: string, signal: AbortSignal): Promise<Disposable>;
}

export function createOneAtATime(): OneAtATime {
  const lasts = new Map<string, Promise<void>>();
  return {
    async enter(kind, signal) {
      const { promise: left, resolve } = Promise.withResolvers<void>();
      const before = lasts.get(kind) ?? Promise.resolve();
      const last = before.then(() => left);
      lasts.set(kind, last);
      const leave = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave);
      await before;
      signal.throwIfAborted();
      return { [Symbol.dispose]: leave };
    },
  };
}

/** Lets one in at a time, in the order of asking. */
export interface OneAtATime {
  /** Resolves when it is one's turn, which ends with the disposal; rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<Disposable>;
}

export function createOneAtATime(): OneAtATime {
  let last: Promise<void> = Promise.resolve();
  return {
    async enter(signal) {
      const { promise: left, resolve: leave } = Promise.withResolvers<void>();
      const before = last;
      last = before.then(() => left);
      signal.addEventListener('abort', () => leave(), { once: true });
      await before;
      signal.throwIfAborted();
      return { [Symbol.dispose]: leave };
    },
  };
}

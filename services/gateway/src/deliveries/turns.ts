/** One after the other, for each name. */
export interface Turns {
  /** Throws the signal's reason once it is aborted and its turn has come. */
  take<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const tails = new Map<string, Promise<void>>();
  return {
    take(name, signal, act) {
      const turn = (tails.get(name) ?? Promise.resolve()).then(() => {
        signal.throwIfAborted();
        return act();
      });
      const tail = turn.then(
        () => undefined,
        () => undefined,
      );
      tails.set(name, tail);
      void tail.then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
      return turn;
    },
  };
}

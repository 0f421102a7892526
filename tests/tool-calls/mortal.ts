/** Where a worker's life touches the world outside: what it asks, and what it does. */
export interface Mortal {
  readonly death: Promise<void>;
  readonly isDead: boolean;
  /** Lets something happen outside; the worker hears of it unless it has died by then. */
  touch<Result>(happen: () => Promise<Result>): Promise<Result>;
}

/** When a worker dies: at its `touches`-th touch, before or after what happens there. Undefined: it lives on. */
export interface Fate {
  readonly touches: number;
  readonly after: boolean;
}

export function createMortal(fate: Fate | undefined): Mortal {
  const { promise: death, resolve: die } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  let touches = 0;
  let isDead = false;
  return {
    death,
    get isDead() {
      return isDead;
    },
    async touch(happen) {
      if (isDead) return never;
      touches++;
      const isLast = touches === fate?.touches;
      if (isLast) isDead = true;
      const result = isLast && fate?.after !== true ? never : happen();
      if (isLast) await Promise.race([result, Promise.resolve()]).finally(die);
      const heard = await result;
      return isDead ? never : heard;
    },
  };
}

import { readFences } from './dump.ts';

const LOOK_MS = 50;

export interface FenceWatch extends Disposable {
  /** Locks whose fencing token was seen to fall. */
  readonly fallen: readonly string[];
  /** Locks whose token was seen in more than one incarnation. */
  readonly renewed: () => number;
}

/** Looks again and again at the highest token of every lock. */
export function watchFences(databaseFile: string): FenceWatch {
  const first = new Map<string, number>();
  const highest = new Map<string, readonly [number, number]>();
  const fallen: string[] = [];
  const look = (): void => {
    for (const [key, token] of readFences(databaseFile)) {
      const before = highest.get(key) ?? token;
      if (token[0] < before[0] || (token[0] === before[0] && token[1] < before[1]))
        fallen.push(`${key}: ${before.join('.')} → ${token.join('.')}`);
      highest.set(key, token);
      if (!first.has(key)) first.set(key, token[0]);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    fallen,
    renewed: () => [...highest].filter(([key, [now]]) => now > (first.get(key) ?? now)).length,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

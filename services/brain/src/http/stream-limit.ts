import type { Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

export interface StreamLimit {
  /** Streams that are open, of all users. */
  countOpen(): number;
  /** Takes one place until disposed; throws AppError STREAM_LIMIT when the user has none left. */
  enter(tenant: Tenant): Disposable;
}

/** `most`: streams, or whatever else is counted, that one user may have open. */
export function createStreamLimit(most: number, what = 'streams'): StreamLimit {
  const open = new Map<string, number>();
  return {
    countOpen: () => [...open.values()].reduce((sum, count) => sum + count, 0),
    enter({ org, user }) {
      const key = `${org}/${user}`;
      const count = open.get(key) ?? 0;
      if (count >= most)
        throw new AppError('STREAM_LIMIT', `only ${most} ${what} may be open at a time`, {
          reason: 'STREAM_LIMIT',
          retryAfterMs: 5_000,
        });
      open.set(key, count + 1);
      return {
        [Symbol.dispose]() {
          const left = (open.get(key) ?? 1) - 1;
          if (left === 0) open.delete(key);
          else open.set(key, left);
        },
      };
    },
  };
}

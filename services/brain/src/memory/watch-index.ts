import type { VectorIndex } from './ports.ts';

/** An index of which is known how it fared last. */
export interface WatchedIndex extends VectorIndex {
  readonly isFailing: boolean;
}

export function watchIndex(index: VectorIndex): WatchedIndex {
  const failing = { nearest: false, put: false };
  const watch = async <T>(what: keyof typeof failing, work: Promise<T>): Promise<T> => {
    try {
      const done = await work;
      failing[what] = false;
      return done;
    } catch (err) {
      failing[what] = true;
      throw err;
    }
  };
  return {
    ...index,
    get isFailing() {
      return failing.nearest || failing.put;
    },
    nearest: (tenant, to, limit) => watch('nearest', index.nearest(tenant, to, limit)),
    put: (points) => watch('put', index.put(points)),
  };
}

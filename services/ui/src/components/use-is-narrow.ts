import { useSyncExternalStore } from 'react';

const NARROW = '(max-width: 767px)';

/** True on a phone, and in a window of its width. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(NARROW);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => matchMedia(NARROW).matches,
  );
}

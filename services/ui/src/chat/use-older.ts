import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';

interface Older {
  /** The oldest that is shown. */
  readonly first: string | undefined;
  readonly onOlder: (() => void) | undefined;
}

interface Top {
  /** Where older entries are asked for once it comes into view. */
  readonly top: RefObject<HTMLDivElement | null>;
  /** Asks for them at once. */
  readonly load: () => void;
}

/** Asks for older entries when their place comes into view, and keeps what is read where it is when they come. */
export function useOlder(
  scroller: RefObject<HTMLDivElement | null>,
  { first, onOlder }: Older,
): Top {
  const top = useRef<HTMLDivElement>(null);
  const rest = useRef(0);
  const load = useCallback(() => {
    const { scrollHeight = 0, scrollTop = 0 } = scroller.current ?? {};
    rest.current = scrollHeight - scrollTop;
    onOlder?.();
  }, [scroller, onOlder]);
  useEffect(() => {
    const element = top.current;
    if (element === null || onOlder === undefined) return;
    const observer = new IntersectionObserver(
      ([seen]) => {
        const { scrollHeight = 0, clientHeight = 0, scrollTop = 0 } = scroller.current ?? {};
        // A conversation that was opened a moment ago is not yet at its end.
        if (seen?.isIntersecting !== true || scrollHeight - clientHeight - scrollTop < 100) return;
        load();
      },
      { root: scroller.current, rootMargin: '300px 0px 0px 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, onOlder, load]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || rest.current === 0) return;
    element.scrollTop = element.scrollHeight - rest.current;
    rest.current = 0;
  }, [first, scroller]);
  return { top, load };
}

import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

interface Older {
  /** The oldest that is shown. */
  readonly first: string | undefined;
  readonly onOlder: (() => void) | undefined;
}

/** Asks for older entries when their place comes into view, and keeps what is read where it is when they come. */
export function useOlder(
  scroller: RefObject<HTMLDivElement | null>,
  { first, onOlder }: Older,
): RefObject<HTMLDivElement | null> {
  const top = useRef<HTMLDivElement>(null);
  const rest = useRef(0);
  useEffect(() => {
    const element = top.current;
    if (element === null || onOlder === undefined) return;
    const observer = new IntersectionObserver(
      ([seen]) => {
        const { scrollHeight = 0, clientHeight = 0, scrollTop = 0 } = scroller.current ?? {};
        // A conversation that was opened a moment ago is not yet at its end.
        if (seen?.isIntersecting !== true || scrollHeight - clientHeight - scrollTop < 100) return;
        rest.current = scrollHeight - scrollTop;
        onOlder();
      },
      { root: scroller.current, rootMargin: '300px 0px 0px 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, onOlder]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || rest.current === 0) return;
    element.scrollTop = element.scrollHeight - rest.current;
    rest.current = 0;
  }, [first, scroller]);
  return top;
}

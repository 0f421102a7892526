import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Nearer to the end than this, a reader wants to see what is new. */
const NEAR_PX = 80;

export interface StickToEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtEnd: boolean;
  toEnd(): void;
}

/** Keeps the end of a growing text in view, until its reader scrolls away; `key` names what is read. */
export function useStickToEnd(key: string): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isSticking = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const toEnd = useCallback(() => {
    isSticking.current = true;
    setAtEnd(true);
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, []);
  useEffect(toEnd, [key, toEnd]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || content.current === null) return;
    let lastTop = element.scrollTop;
    const look = (): void => {
      const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Only a reader scrolls up; what grows moves the end down.
      if (element.scrollTop < lastTop - 2 && rest > NEAR_PX) isSticking.current = false;
      else if (rest <= NEAR_PX) isSticking.current = true;
      lastTop = element.scrollTop;
      setAtEnd(isSticking.current);
    };
    const follow = new ResizeObserver(() => {
      if (isSticking.current) element.scrollTop = element.scrollHeight;
    });
    follow.observe(content.current);
    // What is written below may take room from it.
    follow.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      follow.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  return { scroller, content, isAtEnd, toEnd };
}

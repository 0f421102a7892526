import { useEffect, useRef, useState } from 'react';
import { loadPart } from '../live/load-part.ts';

/** A beginning of a text, in colours; whole lines, unless it is all. */
export interface Coloured {
  readonly text: string;
  readonly html: string;
}

interface ColouredOptions {
  readonly language: string | undefined;
  /** It is still being written. */
  readonly isOpen: boolean;
}

/** A larger one would hold the page up while it is coloured. */
const MAX_CHARS = 40_000;
/** Code that grows is coloured again and again from its beginning: not more often than this, and the less often the longer it takes. */
const REST_MS = 200;
const REST_FACTOR = 20;

/** As much of the text as is coloured by now; undefined while that is nothing, and for a language that is not known. */
export function useColoured(text: string, options: ColouredOptions): Coloured | undefined {
  const { language, isOpen } = options;
  const [done, setDone] = useState<Coloured>();
  const restUntil = useRef(0);
  useEffect(() => {
    if (language === undefined || text.length > MAX_CHARS) return;
    let isCurrent = true;
    const colour = async (): Promise<void> => {
      const { highlight } = await loadPart(() => import('./highlight.ts'));
      if (!isCurrent) return;
      const startedAt = performance.now();
      const beginning = isOpen ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
      const html = highlight(beginning, language);
      const endedAt = performance.now();
      restUntil.current = endedAt + REST_MS + REST_FACTOR * (endedAt - startedAt);
      setDone(html === undefined ? undefined : { text: beginning, html });
    };
    const restMs = isOpen ? Math.max(0, restUntil.current - performance.now()) : 0;
    // Without colours it can be read, too.
    const timer = setTimeout(() => void colour().catch(() => undefined), restMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, language, isOpen]);
  return done !== undefined && text.startsWith(done.text) ? done : undefined;
}

import { useEffect, useState } from 'react';

const SETTLED_MS = 200;

/** What is being written, once no key has been hit for a moment; nothing at all is so at once. */
export function useSettled(words: string): string {
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), words === '' ? 0 : SETTLED_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return settled;
}

import { useCallback, useEffect, useState } from 'react';

const PLACE = 'bakerst-draft:';

/** What is being written in a conversation; it outlives the page. */
export function useDraft(conversationId: string): readonly [string, (text: string) => void] {
  const place = `${PLACE}${conversationId}`;
  const [text, setText] = useState(() => localStorage.getItem(place) ?? '');
  useEffect(() => setText(localStorage.getItem(place) ?? ''), [place]);
  const write = useCallback(
    (next: string) => {
      setText(next);
      if (next === '') localStorage.removeItem(place);
      else localStorage.setItem(place, next);
    },
    [place],
  );
  return [text, write];
}

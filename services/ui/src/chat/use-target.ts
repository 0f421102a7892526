import { type RefObject, useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import type { Entry } from './thread.ts';

interface Target {
  readonly content: RefObject<HTMLDivElement | null>;
  readonly entries: readonly Entry[];
  /** Undefined when there are no older ones, or while they are on their way. */
  readonly onOlder: (() => void) | undefined;
}

const SHOWN_MS = 2_500;

/** Leads to the message that the address names (`?message=7`), however far up it is. */
export function useTarget({ content, entries, onOlder }: Target): void {
  const [params] = useSearchParams();
  const seq = Number(params.get('message') ?? 0);
  const shown = useRef(0);
  useEffect(() => {
    if (seq === 0 || shown.current === seq || entries.length === 0) return;
    const entry = entries.findLast(
      ({ question }) => (question?.seq ?? Number.MAX_SAFE_INTEGER) <= seq,
    );
    if (entry === undefined) {
      onOlder?.();
      return;
    }
    shown.current = seq;
    const element = content.current?.querySelector(`[data-run="${CSS.escape(entry.runId)}"]`);
    if (!(element instanceof HTMLElement)) return;
    element.scrollIntoView({ block: 'start' });
    element.dataset['target'] = '';
    setTimeout(() => delete element.dataset['target'], SHOWN_MS);
  }, [seq, entries, onOlder, content]);
}

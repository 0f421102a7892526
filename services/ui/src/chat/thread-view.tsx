import { ArrowDown } from 'lucide-react';
import { Button } from '../components/button.tsx';
import { texts } from '../texts/index.ts';
import { EntryView } from './entry-view.tsx';
import { OutgoingView } from './outgoing-view.tsx';
import type { Outgoing } from './sender.ts';
import type { Entry } from './thread.ts';
import { useOlder } from './use-older.ts';
import { useStickToEnd } from './use-stick-to-end.ts';
import { useTarget } from './use-target.ts';

interface ThreadViewProps {
  readonly id: string;
  readonly entries: readonly Entry[];
  readonly outgoing: readonly Outgoing[];
  /** Undefined when there are no older ones. */
  readonly onOlder: (() => void) | undefined;
}

/** A conversation from its end upwards. */
export function ThreadView({ id, entries, outgoing, onOlder }: ThreadViewProps) {
  const { scroller, content, isAtEnd, toEnd } = useStickToEnd(id);
  useTarget({ content, entries, onOlder });
  const { top, load } = useOlder(scroller, { first: entries[0]?.runId, onOlder });
  return (
    <div className="relative min-h-0 grow">
      <div
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        tabIndex={0}
        role="log"
        // Read aloud word by word, an answer that is being written could not be followed.
        aria-live="off"
        aria-label={texts.chat.label}
        className="h-full overflow-y-auto [overflow-anchor:none]"
      >
        <div ref={content} className="mx-auto w-full max-w-3xl px-4 py-4">
          {onOlder !== undefined && (
            <div ref={top} className="text-center">
              <Button look="quiet" onClick={load}>
                {texts.chat.older}
              </Button>
            </div>
          )}
          {entries.map((entry, place) => (
            <EntryView key={entry.runId} entry={entry} isLast={place === entries.length - 1} />
          ))}
          {outgoing.map((one) => (
            <OutgoingView key={one.unsent.key} outgoing={one} />
          ))}
        </div>
      </div>
      {!isAtEnd && (
        <Button
          onClick={toEnd}
          aria-label={texts.chat.toEnd}
          className="absolute start-1/2 bottom-2 size-9 -translate-x-1/2 rounded-full p-0 shadow-md rtl:translate-x-1/2"
        >
          <ArrowDown size={17} />
        </Button>
      )}
    </div>
  );
}

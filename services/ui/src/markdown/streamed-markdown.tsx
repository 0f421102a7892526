import { memo, useMemo, useRef, useState } from 'react';
import { Streamdown } from 'streamdown';
import { CodeBlock } from './code-block.tsx';
import { components } from './elements.tsx';
import { RowsView } from './rows-view.tsx';
import { createSplitter, hasMarkup } from './split-written.ts';

interface StreamedMarkdownProps {
  readonly text: string;
  readonly isWriting: boolean;
}

/** Markdown that grows: what is not finished yet is shown as it will most likely be. */
export function StreamedMarkdown({ text, isWriting }: StreamedMarkdownProps) {
  const [splitter] = useState(createSplitter);
  // What is finished is split as somebody splits it who has not seen it grow.
  const chunks = useMemo(
    () => (isWriting ? splitter : createSplitter())(text),
    [text, isWriting, splitter],
  );
  const wasWriting = useRef(isWriting);
  return chunks.map((chunk, place) => {
    const isOpen = isWriting && place === chunks.length - 1;
    const key = `${place} ${chunk.kind}`;
    if (chunk.kind === 'code')
      return (
        <div key={key}>
          <CodeBlock text={chunk.text} language={chunk.language} isOpen={isOpen} />
        </div>
      );
    if (chunk.kind === 'list' || chunk.kind === 'table')
      return <RowsView key={key} rows={chunk} isOpen={isOpen} />;
    return <Prose key={key} {...chunk} isOpen={isOpen} isStreamed={wasWriting.current} />;
  });
}

interface ProseProps {
  readonly lead: readonly string[];
  readonly text: string;
  /** It is still being written. */
  readonly isOpen: boolean;
  /** It was seen being written; it keeps the elements that it was shown in. */
  readonly isStreamed: boolean;
}

const Prose = memo(
  function Prose({ lead, text, isOpen, isStreamed }: ProseProps) {
    // As one text it is laid out fastest.
    if (lead.length > 0 && !hasMarkup(text))
      return (
        <div>
          <p>{lead.join('') + text}</p>
        </div>
      );
    return (
      <div className={lead.length > 0 ? 'goes-on' : undefined}>
        {lead.map((words) => (
          <span key={words}>{words}</span>
        ))}
        <Streamdown
          components={components}
          controls={false}
          mode={isStreamed ? 'streaming' : 'static'}
          parseIncompleteMarkdown={isOpen}
          isAnimating={isOpen}
        >
          {text}
        </Streamdown>
      </div>
    );
  },
  (one, other) =>
    one.text === other.text && one.isOpen === other.isOpen && one.lead.length === other.lead.length,
);

import { ExternalLink, ImageIcon } from 'lucide-react';
import { isValidElement, memo, type ReactNode, useMemo, useRef, useState } from 'react';
import { type Components, Streamdown } from 'streamdown';
import { texts } from '../texts/index.ts';
import { CodeBlock } from './code-block.tsx';
import { createSplitter, hasMarkup } from './split-written.ts';

interface StreamedMarkdownProps {
  readonly text: string;
  readonly isWriting: boolean;
}

const LANGUAGE = /\blanguage-([\w+#-]+)/;
const WEB = /^https?:\/\//i;

/** An element as it comes from what somebody has written; nothing about it is certain. */
interface ElementProps {
  readonly node?: unknown;
  readonly children?: unknown;
  readonly href?: unknown;
  readonly src?: unknown;
  readonly alt?: unknown;
  readonly className?: unknown;
}

function isNode(value: unknown): value is ReactNode {
  return (
    typeof value === 'string' ||
    isValidElement(value) ||
    (Array.isArray(value) && value.every(isNode))
  );
}

function toNode(value: unknown): ReactNode {
  return isNode(value) ? value : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Only what a person clicks on leaves the page: an image from elsewhere would tell its server who reads. */
function Link({ href, children }: ElementProps) {
  const address = textOf(href);
  if (!WEB.test(address) && !address.startsWith('mailto:')) return <span>{toNode(children)}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {toNode(children)}
      <ExternalLink size={12} aria-hidden className="ms-0.5 inline align-baseline" />
    </a>
  );
}

function Image({ src, alt }: ElementProps) {
  return (
    <Link href={src}>
      <ImageIcon size={14} aria-hidden className="me-1 inline align-text-bottom" />
      {texts.image(textOf(alt))}
    </Link>
  );
}

function Code({ className, children }: ElementProps) {
  const text = String(children ?? '');
  const language = LANGUAGE.exec(textOf(className))?.[1];
  if (language === undefined && !text.includes('\n')) return <code>{toNode(children)}</code>;
  return <CodeBlock text={text.replace(/\n$/, '')} language={language} />;
}

function Table({ children }: ElementProps) {
  return (
    <div className="overflow-x-auto">
      <table>{toNode(children)}</table>
    </div>
  );
}

function InlineCode({ children }: ElementProps) {
  return <code>{toNode(children)}</code>;
}

const components: Components = {
  a: Link,
  img: Image,
  code: Code,
  inlineCode: InlineCode,
  table: Table,
};

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

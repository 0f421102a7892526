import { CopyButton } from '../components/copy-button.tsx';
import { texts } from '../texts/index.ts';
import { useColoured } from './use-coloured.ts';

interface CodeBlockProps {
  readonly text: string;
  readonly language: string | undefined;
  /** It is still being written. */
  readonly isOpen?: boolean;
}

export function CodeBlock({ text, language, isOpen = false }: CodeBlockProps) {
  return (
    <figure className="my-3 overflow-hidden rounded-xl border border-line bg-(--code-ground)">
      <figcaption className="flex items-center border-b border-line py-0.5 ps-3 pe-1 text-xs text-soft">
        <span className="grow font-mono">{language ?? 'text'}</span>
        <CopyButton text={text} />
      </figcaption>
      <Coloured text={text} language={language} isOpen={isOpen} />
    </figure>
  );
}

/** Each piece is laid out by itself: a line more at the end of a long text leaves what stands above it alone. */
const PIECE_LINES = 40;

function Coloured({ text, language, isOpen = false }: CodeBlockProps) {
  const coloured = useColoured(text, { language, isOpen });
  // A region that scrolls must be reachable by the keyboard, too.
  const region = {
    tabIndex: 0,
    role: 'region',
    'aria-label': texts.code.label(language ?? 'text'),
    dir: 'ltr',
    className: 'block overflow-x-auto p-3 font-mono text-[13px] leading-relaxed whitespace-pre',
  } as const;
  return (
    <pre {...region}>
      {/* The highlighter escapes every character of the text. */}
      {coloured !== undefined && (
        <code className="block" dangerouslySetInnerHTML={{ __html: coloured.html }} />
      )}
      {toPieces(text.slice(coloured?.text.length ?? 0)).map((piece, place) => (
        <code key={place} className="block">
          {piece}
        </code>
      ))}
    </pre>
  );
}

const PIECE = new RegExp(`(?:[^\\n]*\\n){${PIECE_LINES}}|[\\s\\S]+`, 'g');

function toPieces(text: string): readonly string[] {
  return text.match(PIECE) ?? [];
}

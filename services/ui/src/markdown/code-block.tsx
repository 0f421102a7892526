import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { loadPart } from '../live/load-part.ts';
import { texts } from '../texts/index.ts';

interface CodeBlockProps {
  readonly text: string;
  readonly language: string | undefined;
}

/** A larger one would hold the page up while it is coloured. */
const COLOURED_MAX_CHARS = 40_000;

export function CodeBlock({ text, language }: CodeBlockProps) {
  return (
    <figure className="my-3 overflow-hidden rounded-xl border border-line bg-(--code-ground)">
      <figcaption className="flex items-center border-b border-line py-0.5 ps-3 pe-1 text-xs text-soft">
        <span className="grow font-mono">{language ?? 'text'}</span>
        <CopyButton text={text} />
      </figcaption>
      <Coloured text={text} language={language} />
    </figure>
  );
}

const COPIED_MS = 1_500;

export function CopyButton({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copyText(text).then(() => setCopied(true))}
      className="inline-flex min-h-7 items-center gap-1 rounded-md px-2 hover:bg-line/60 hover:text-ink"
    >
      <Icon size={13} aria-hidden />
      <span aria-live="polite">{isCopied ? texts.copied : texts.copy}</span>
    </button>
  );
}

/** At home the page is often served without https, where a browser has no clipboard to offer. */
async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

function Coloured({ text, language }: CodeBlockProps) {
  const html = useHighlighted(text, language);
  const className =
    'block overflow-x-auto p-3 font-mono text-[13px] leading-relaxed whitespace-pre';
  // A region that scrolls must be reachable by the keyboard, too.
  const region = {
    tabIndex: 0,
    role: 'region',
    'aria-label': texts.code.label(language ?? 'text'),
    dir: 'ltr',
    className,
  } as const;
  if (html === undefined)
    return (
      <pre {...region}>
        <code>{text}</code>
      </pre>
    );
  return (
    <pre {...region}>
      {/* The highlighter escapes every character of the text. */}
      <code dangerouslySetInnerHTML={{ __html: html }} />
    </pre>
  );
}

/** The text in colours; undefined while the highlighter is loaded, and for a language that it does not know. */
function useHighlighted(text: string, language: string | undefined): string | undefined {
  const [done, setDone] = useState<{ readonly text: string; readonly html: string | undefined }>();
  useEffect(() => {
    if (language === undefined || text.length > COLOURED_MAX_CHARS) return;
    let isCurrent = true;
    loadPart(() => import('./highlight.ts')).then(
      ({ highlight }) => {
        if (isCurrent) setDone({ text, html: highlight(text, language) });
      },
      // Without colours it can be read, too.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [text, language]);
  return done?.text === text ? done.html : undefined;
}

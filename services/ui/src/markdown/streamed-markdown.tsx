import { ExternalLink, ImageIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { type Components, Streamdown } from 'streamdown';
import { texts } from '../texts.ts';
import { CodeBlock } from './code-block.tsx';

interface StreamedMarkdownProps {
  readonly text: string;
  readonly isWriting: boolean;
}

const LANGUAGE = /\blanguage-([\w+#-]+)/;
const WEB = /^https?:\/\//i;

/** Only what a person clicks on leaves the page: an image from elsewhere would tell its server who reads. */
function Link({ href = '', children }: ComponentProps<'a'>) {
  if (!WEB.test(href) && !href.startsWith('mailto:')) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
      <ExternalLink size={12} aria-hidden className="ms-0.5 inline align-baseline" />
    </a>
  );
}

function Image({ src, alt = '' }: ComponentProps<'img'>) {
  return (
    <Link href={typeof src === 'string' ? src : ''}>
      <ImageIcon size={14} aria-hidden className="me-1 inline align-text-bottom" />
      {texts.image(alt)}
    </Link>
  );
}

function Code({ className = '', children }: ComponentProps<'code'>) {
  const text = String(children ?? '');
  const language = LANGUAGE.exec(className)?.[1];
  if (language === undefined && !text.includes('\n')) return <code>{children}</code>;
  return <CodeBlock text={text.replace(/\n$/, '')} language={language} />;
}

const components: Components = {
  a: Link,
  img: Image,
  code: Code,
  inlineCode: ({ children }) => <code>{children}</code>,
  pre: ({ children }) => <>{children}</>,
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
};

/** Markdown that grows: what is not finished yet is shown as it will most likely be. */
export function StreamedMarkdown({ text, isWriting }: StreamedMarkdownProps) {
  return (
    <Streamdown
      components={components}
      controls={false}
      mode={isWriting ? 'streaming' : 'static'}
      parseIncompleteMarkdown={isWriting}
      isAnimating={isWriting}
    >
      {text}
    </Streamdown>
  );
}

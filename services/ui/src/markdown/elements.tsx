import { ExternalLink, ImageIcon } from 'lucide-react';
import { isValidElement, type ReactNode } from 'react';
import type { Components } from 'streamdown';
import { texts } from '../texts/index.ts';
import { CodeBlock } from './code-block.tsx';

const LANGUAGE = /\blanguage-([\w+#-]+)/;
const WEB = /^https?:\/\//i;

/** An element as it comes from what somebody has written; nothing about it is certain. */
export interface ElementProps {
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

export function toNode(value: unknown): ReactNode {
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
  return <ScrolledTable>{toNode(children)}</ScrolledTable>;
}

/** One that is wider than the page scrolls by itself. */
export function ScrolledTable({ children }: { readonly children: ReactNode }) {
  return (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  );
}

function InlineCode({ children }: ElementProps) {
  return <code>{toNode(children)}</code>;
}

/** What becomes of what somebody has written. */
export const components: Components = {
  a: Link,
  img: Image,
  code: Code,
  inlineCode: InlineCode,
  table: Table,
};

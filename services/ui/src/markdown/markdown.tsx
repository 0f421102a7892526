import { Suspense } from 'react';
import { lazily } from '../components/lazily.ts';

const StreamedMarkdown = lazily(
  async () => (await import('./streamed-markdown.tsx')).StreamedMarkdown,
);

interface MarkdownProps {
  readonly text: string;
  readonly isWriting?: boolean;
}

/** What a model or a person has written; its words are there before the code that sets them is. */
export function Markdown({ text, isWriting = false }: MarkdownProps) {
  return (
    <div className="prose" dir="auto">
      <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
        <StreamedMarkdown text={text} isWriting={isWriting} />
      </Suspense>
    </div>
  );
}

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { texts } from '../texts/index.ts';
import { useNotice } from './notice.tsx';

const COPIED_MS = 1_500;

export function CopyButton({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const notify = useNotice();
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() =>
        void copyText(text).then(
          () => setCopied(true),
          () => notify({ text: texts.notCopied, isBad: true }),
        )
      }
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
  const isCopied = document.execCommand('copy');
  field.remove();
  if (!isCopied) throw new Error('the browser does not copy');
}

import type { ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import { Button } from './button.tsx';

export function Loading({ label = texts.loading }: { readonly label?: string }) {
  return (
    <p role="status" className="pulse px-4 py-8 text-center text-sm text-soft">
      {label}
    </p>
  );
}

interface EmptyProps {
  readonly children: ReactNode;
}

export function Empty({ children }: EmptyProps) {
  return <p className="px-4 py-10 text-center text-sm text-soft">{children}</p>;
}

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, in the brain's words, and a way on. */
export function Failure({ error, onRetry }: FailureProps) {
  return (
    <div
      role="alert"
      className="mx-auto my-4 flex max-w-xl flex-wrap items-center gap-3 rounded-lg border border-line bg-bad-soft px-4 py-3 text-sm"
    >
      <span className="grow">{toWords(error)}</span>
      {onRetry !== undefined && <Button onClick={onRetry}>{texts.retry}</Button>}
    </div>
  );
}

export function toWords(error: unknown): string {
  if (error instanceof TypeError) return texts.connection.lost;
  return error instanceof Error && error.message !== '' ? error.message : texts.failed;
}

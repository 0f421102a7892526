import { Component, type ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import { Button } from './button.tsx';

interface Props {
  readonly children: ReactNode;
  /** Shown in the place of what cannot be shown; the whole page is to be loaded anew without it. */
  readonly fallback?: ReactNode;
}

/** A fault of the page itself leaves a way on, and the conversation is not touched by it. */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    if (this.props.fallback !== undefined) return this.props.fallback;
    return (
      <div role="alert" className="flex h-full flex-col items-center justify-center gap-4 p-6">
        <p>{texts.broken}</p>
        <Button onClick={() => globalThis.location.reload()}>{texts.reload}</Button>
      </div>
    );
  }
}

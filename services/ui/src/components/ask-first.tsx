import { useState } from 'react';
import { Button } from './button.tsx';

interface AskFirstProps {
  readonly name: string;
  /** What is said before it is done. */
  readonly words: { readonly warning: string; readonly confirm: string; readonly keep: string };
  readonly isPending: boolean;
  readonly onConfirm: () => void;
}

/** A button for what cannot be taken back: it asks first. */
export function AskFirst({ name, words, isPending, onConfirm }: AskFirstProps) {
  const [asks, setAsks] = useState(false);
  if (!asks)
    return (
      <Button look="bad" onClick={() => setAsks(true)}>
        {name}
      </Button>
    );
  return (
    <>
      <p className="basis-full text-sm">{words.warning}</p>
      <Button look="bad" disabled={isPending} onClick={onConfirm}>
        {words.confirm}
      </Button>
      <Button onClick={() => setAsks(false)}>{words.keep}</Button>
    </>
  );
}

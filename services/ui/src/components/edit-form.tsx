import type { ReactNode } from 'react';
import { texts } from '../texts/index.ts';
import { Button } from './button.tsx';
import { Failure } from './states.tsx';

interface EditFormProps {
  readonly onSave: () => void;
  readonly onCancel: () => void;
  readonly isSaving: boolean;
  /** What saving has failed with, when no field says it. */
  readonly error: unknown;
  readonly children: ReactNode;
}

/** Fields that are saved together. What is wrong with them they say themselves. */
export function EditForm({ onSave, onCancel, isSaving, error, children }: EditFormProps) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
      className="my-3 grid gap-3 rounded-xl border border-line p-3"
    >
      {children}
      <div className="flex flex-wrap justify-end gap-3">
        <Button onClick={onCancel}>{texts.cancel}</Button>
        <Button look="main" type="submit" disabled={isSaving}>
          {texts.save}
        </Button>
      </div>
      {error != null && <Failure error={error} />}
    </form>
  );
}

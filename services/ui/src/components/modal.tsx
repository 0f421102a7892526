import { Suspense } from 'react';
import { lazily } from './lazily.ts';
import type { ModalProps } from './modal-dialog.tsx';

// The first picture of the page needs no dialogs.
const ModalDialog = lazily(async () => (await import('./modal-dialog.tsx')).ModalDialog);

/** A question in front of the page, until it is answered or closed. */
export function Modal(props: ModalProps) {
  return (
    <Suspense>
      <ModalDialog {...props} />
    </Suspense>
  );
}

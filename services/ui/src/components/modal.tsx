import { lazy, Suspense } from 'react';
import type { ModalProps } from './modal-dialog.tsx';

// The first picture of the page needs no dialogs.
const ModalDialog = lazy(async () => ({
  default: (await import('./modal-dialog.tsx')).ModalDialog,
}));

/** A question in front of the page, until it is answered or closed. */
export function Modal(props: ModalProps) {
  return (
    <Suspense>
      <ModalDialog {...props} />
    </Suspense>
  );
}

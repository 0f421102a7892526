import { Dialog } from '@base-ui/react/dialog';
import { texts } from '../texts/index.ts';
import { Sidebar } from './sidebar.tsx';

interface DrawerProps {
  readonly onClose: () => void;
  readonly onPalette: () => void;
}

/** The sidebar of a window that has no room for one. */
export function Drawer({ onClose, onPalette }: DrawerProps) {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/40" />
        <Dialog.Popup
          aria-label={texts.menu}
          className="fixed inset-y-0 start-0 z-40 w-[min(20rem,85vw)] bg-sunken shadow-xl"
        >
          <Sidebar onPalette={onPalette} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

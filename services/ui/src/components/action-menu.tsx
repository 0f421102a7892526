import { Ellipsis } from 'lucide-react';
import { Suspense, useRef, useState } from 'react';
import type { MenuAction } from './action-menu-popup.tsx';
import { IconButton } from './button.tsx';
import { lazily } from './lazily.ts';

// The first picture of the page needs no menus.
const ActionMenuPopup = lazily(
  async () => (await import('./action-menu-popup.tsx')).ActionMenuPopup,
);

interface ActionMenuProps {
  readonly label: string;
  readonly actions: readonly MenuAction[];
}

/** What can be done with one thing of a list. */
export function ActionMenu({ label, actions }: ActionMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        ref={button}
        label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        data-popup-open={isOpen ? '' : undefined}
        onClick={() => setOpen(true)}
        className="size-8"
      >
        <Ellipsis size={16} />
      </IconButton>
      {isOpen && (
        <Suspense>
          <ActionMenuPopup
            label={label}
            actions={actions}
            anchor={button}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

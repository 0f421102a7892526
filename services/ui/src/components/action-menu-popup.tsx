import { Menu } from '@base-ui/react/menu';
import type { RefObject } from 'react';

export interface MenuAction {
  readonly name: string;
  readonly onSelect: () => void;
  readonly isBad?: boolean;
}

interface ActionMenuPopupProps {
  readonly label: string;
  readonly actions: readonly MenuAction[];
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

export function ActionMenuPopup({ label, actions, anchor, onClose }: ActionMenuPopupProps) {
  return (
    <Menu.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="end" className="z-50">
          <Menu.Popup
            aria-label={label}
            finalFocus={anchor}
            className="min-w-40 rounded-xl border border-line bg-raised p-1 text-sm shadow-lg outline-none"
          >
            {actions.map(({ name, onSelect, isBad = false }) => (
              <Menu.Item
                key={name}
                onClick={onSelect}
                className={`flex min-h-8 cursor-pointer items-center rounded-lg px-3 outline-none data-highlighted:bg-sunken ${isBad ? 'text-bad' : ''}`}
              >
                {name}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

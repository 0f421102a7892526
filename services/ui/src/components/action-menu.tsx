import { Menu } from '@base-ui/react/menu';
import { Ellipsis } from 'lucide-react';
import { IconButton } from './button.tsx';

export interface MenuAction {
  readonly name: string;
  readonly onSelect: () => void;
  readonly isBad?: boolean;
}

interface ActionMenuProps {
  readonly label: string;
  readonly actions: readonly MenuAction[];
}

/** What can be done with one thing of a list. */
export function ActionMenu({ label, actions }: ActionMenuProps) {
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <IconButton label={label} className="size-8">
            <Ellipsis size={16} />
          </IconButton>
        }
      />
      <Menu.Portal>
        <Menu.Positioner align="end" className="z-50">
          <Menu.Popup className="min-w-40 rounded-xl border border-line bg-raised p-1 text-sm shadow-lg outline-none">
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

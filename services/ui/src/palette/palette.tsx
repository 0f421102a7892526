import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useConversations } from '../conversations/use-conversations.ts';
import { PAGES } from '../layout/pages.ts';
import { texts } from '../texts/index.ts';
import { useTheme } from '../theme/theme.ts';

const PLACES = [{ path: '/chat', name: texts.nav.newChat }, ...PAGES] as const;

const ITEM =
  'flex min-h-9 cursor-pointer items-center rounded-lg px-3 text-sm data-[selected=true]:bg-sunken';
const GROUP =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft';

/** Everything by the keyboard: pages, conversations, and what can be done anywhere. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const [theme, chooseNextTheme] = useTheme();
  const { all: conversations } = useConversations({ archived: false });
  const go = (path: string) => () => {
    onClose();
    void navigate(path);
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup
          aria-label={texts.palette.label}
          className="fixed start-1/2 top-[14vh] z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-2xl border border-line bg-raised shadow-2xl rtl:translate-x-1/2"
        >
          <Command label={texts.palette.label} loop>
            <Command.Input
              value={words}
              onValueChange={setWords}
              placeholder={texts.palette.placeholder}
              className="w-full border-b border-line bg-transparent px-4 py-3 outline-none"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-sm text-soft">
                {texts.palette.none}
              </Command.Empty>
              <Command.Group heading={texts.palette.pages} className={GROUP}>
                {PLACES.map(({ path, name }) => (
                  <Command.Item key={path} value={name} onSelect={go(path)} className={ITEM}>
                    {name}
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading={texts.palette.commands} className={GROUP}>
                <Command.Item
                  value={texts.nav.theme[theme]}
                  onSelect={chooseNextTheme}
                  className={ITEM}
                >
                  {texts.nav.theme[theme]}
                </Command.Item>
              </Command.Group>
              <Command.Group heading={texts.palette.conversations} className={GROUP}>
                {conversations.map(({ id, title }) => (
                  <Command.Item
                    key={id}
                    value={`${title ?? texts.conversations.untitled} ${id}`}
                    onSelect={go(`/chat/${id}`)}
                    className={ITEM}
                  >
                    <span dir="auto" className="truncate">
                      {title ?? texts.conversations.untitled}
                    </span>
                  </Command.Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

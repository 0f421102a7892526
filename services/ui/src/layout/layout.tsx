import { Menu as MenuIcon } from 'lucide-react';
import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { IconButton } from '../components/button.tsx';
import { lazily } from '../components/lazily.ts';
import { useIsNarrow } from '../components/use-is-narrow.ts';
import { useLive } from '../live/live-provider.tsx';
import { ModelBanner } from '../model/model-banner.tsx';
import { texts } from '../texts/index.ts';
import { Sidebar } from './sidebar.tsx';

const Drawer = lazily(async () => (await import('./drawer.tsx')).Drawer);
const Palette = lazily(async () => (await import('../palette/palette.tsx')).Palette);

/** What stands around every page. */
export function Layout({ children }: { readonly children: ReactNode }) {
  const isNarrow = useIsNarrow();
  const [isPaletteOpen, setPaletteOpen] = usePaletteKey();
  const openPalette = (): void => setPaletteOpen(true);
  return (
    <div className="flex h-dvh overflow-hidden">
      <a
        href="#content"
        className="absolute -top-20 left-2 z-50 rounded-lg bg-accent px-3 py-2 text-accent-ink focus:top-2"
      >
        {texts.skip}
      </a>
      {!isNarrow && (
        <div className="w-68 shrink-0 border-e border-line bg-sunken">
          <Sidebar onPalette={openPalette} />
        </div>
      )}
      <div className="flex min-w-0 grow flex-col">
        {isNarrow && <Topbar onPalette={openPalette} />}
        <ConnectionNotice />
        <ModelBanner />
        <main id="content" tabIndex={-1} className="min-h-0 grow outline-none">
          {children}
        </main>
      </div>
      {isPaletteOpen && (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function usePaletteKey() {
  const state = useState(false);
  const [, setOpen] = state;
  useEffect(() => {
    const look = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((isOpen) => !isOpen);
    };
    document.addEventListener('keydown', look);
    return () => document.removeEventListener('keydown', look);
  }, [setOpen]);
  return state;
}

function Topbar({ onPalette }: { readonly onPalette: () => void }) {
  const { key } = useLocation();
  // Whoever has gone somewhere wants to see that.
  const [openAt, setOpenAt] = useState<string>();
  const close = (): void => setOpenAt(undefined);
  return (
    <header className="flex items-center gap-2 border-b border-line px-2 py-1">
      <IconButton
        label={texts.menu}
        aria-haspopup="dialog"
        aria-expanded={openAt === key}
        onClick={() => setOpenAt(key)}
      >
        <MenuIcon size={20} />
      </IconButton>
      <span className="font-semibold">{texts.name}</span>
      {openAt === key && (
        <Suspense>
          <Drawer
            onClose={close}
            onPalette={() => {
              close();
              onPalette();
            }}
          />
        </Suspense>
      )}
    </header>
  );
}

/** A moment without a connection is nothing to speak of. */
const PATIENCE_MS = 1_500;

function ConnectionNotice() {
  const { isConnected } = useLive();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isConnected) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isConnected]);
  return (
    <div role="status" aria-live="polite">
      {isShown && (
        <p className="border-b border-line bg-warn-soft px-4 py-2 text-center text-sm text-warn">
          {texts.connection.lost}
        </p>
      )}
    </div>
  );
}

import { useEffect, useSyncExternalStore } from 'react';

const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED_AS = 'bakerst-theme';
const DARK = '(prefers-color-scheme: dark)';

function readTheme(): Theme {
  const stored = localStorage.getItem(STORED_AS);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

function applyTheme(theme: Theme): void {
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia(DARK).matches);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}

/** Before anything is drawn, so that nothing flashes. */
export function applyStoredTheme(): void {
  applyTheme(readTheme());
}

const CHANGED = 'bakerst-theme-changed';

/** The theme that was chosen, the same everywhere on the page, and how to choose the next one. */
export function useTheme(): readonly [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, readTheme);
  useEffect(() => {
    applyTheme(theme);
    const media = matchMedia(DARK);
    const follow = (): void => applyTheme(theme);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return [
    theme,
    () => {
      localStorage.setItem(STORED_AS, next);
      dispatchEvent(new Event(CHANGED));
    },
  ];
}

/** Other tabs tell by `storage`. */
function subscribe(listener: () => void): () => void {
  addEventListener(CHANGED, listener);
  addEventListener('storage', listener);
  return () => {
    removeEventListener(CHANGED, listener);
    removeEventListener('storage', listener);
  };
}

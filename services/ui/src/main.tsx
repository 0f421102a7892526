import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles.css';
import { applyStoredTheme } from './theme/theme.ts';

applyStoredTheme();
// After an upgrade the files that an open page knows of are gone; the page itself knows the new ones.
globalThis.addEventListener('vite:preloadError', reloadOnce);
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

const RELOADED_AT = 'bakerst-reloaded-at';
const REST_MS = 60_000;

function reloadOnce(): void {
  const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
  if (Date.now() - last < REST_MS) return;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  globalThis.location.reload();
}

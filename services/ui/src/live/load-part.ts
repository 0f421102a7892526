import { waitForTry } from './until-it-passes.ts';

const RELOADED_AT = 'bakerst-reloaded-at';
const REST_MS = 60_000;
/** So often a file may be missing although the brain is there: it may have come back in between. */
const MAX_MISSING = 2;

/**
 * Loads a part of the page that is not there from the start. Without a connection that is tried until there is one. After
 * an upgrade the files that an open page knows of are gone: the page is loaded anew, as it knows the new ones then.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  let missing = 0;
  for (let tries = 0; ; tries += 1) {
    try {
      return await load();
    } catch (err) {
      if (await isBrainThere()) missing += 1;
      if (missing >= MAX_MISSING && !reload()) throw err;
    }
    await waitForTry(tries);
  }
}

async function isBrainThere(): Promise<boolean> {
  try {
    return (await fetch('/livez')).ok;
  } catch {
    return false; // What is asked here is just whether this works.
  }
}

/** False when that was tried a moment ago, and has not helped. */
function reload(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED_AT) ?? 0);
  if (Date.now() - last < REST_MS) return false;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  globalThis.location.reload();
  return true;
}

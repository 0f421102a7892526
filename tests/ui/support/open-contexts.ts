import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { expect, inject } from 'vitest';
import { PATIENCE_MS } from './sight.ts';
import { type WatchedContext, watchContext } from './watch-context.ts';

/** Pages of one context share a process: each of them is there in half the time. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--in-process-gpu',
  '--process-per-site',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const DEFAULTS: BrowserContextOptions = {
  locale: 'en-GB',
  reducedMotion: 'reduce',
  permissions: ['clipboard-read', 'clipboard-write'],
};

/** The profiles of a browser that a test uses. */
export interface Contexts extends AsyncDisposable {
  /** One that holds nothing but what the browser knows of the page's files; one of its own for special `options`. */
  take(options: BrowserContextOptions): Promise<WatchedContext>;
  /** Closes what was opened, and forgets what was stored; who breached what no page may do fails the test. */
  leave(test: { readonly name: string; readonly hasFailed: boolean }): Promise<void>;
}

/** One that is used again and again: what loads the page for the first time takes four times as long. */
interface Common extends WatchedContext {
  /** Closes its pages, and forgets what they have stored. */
  clear(): Promise<void>;
}

/** @param ground address of something small that the brain serves */
export async function openContexts(ground: string): Promise<Contexts> {
  const browser = await chromium.launch({ executablePath: inject('browser'), args: FLAGS });
  let common: Common | undefined;
  let taken: WatchedContext[] = [];
  return {
    async take(options) {
      const isCommon =
        Object.keys(options).length === 0 && (common === undefined || !taken.includes(common));
      if (isCommon) common ??= await openCommon(browser, ground);
      const context = isCommon && common !== undefined ? common : await open(browser, options);
      taken.push(context);
      return context;
    },
    async leave({ name, hasFailed }) {
      const leaving = taken;
      taken = [];
      if (hasFailed) await report(leaving, name);
      const problems = leaving.flatMap((context) => context.takeProblems());
      const kept = hasFailed || problems.length > 0 ? undefined : common;
      for (const watched of leaving)
        await (watched === kept ? kept.clear() : watched.context.close());
      if (leaving.some((watched) => watched === common)) common = kept;
      expect(problems).toEqual([]);
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function report(contexts: readonly WatchedContext[], name: string): Promise<void> {
  for (const [place, context] of contexts.entries()) await context.report(`${place} ${name}`);
}

async function open(browser: Browser, options: BrowserContextOptions): Promise<WatchedContext> {
  const context = await browser.newContext({ ...DEFAULTS, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return watchContext(context);
}

async function openCommon(browser: Browser, ground: string): Promise<Common> {
  const watched = await open(browser, {});
  const { context } = watched;
  watched.allow(new URL(ground).origin);
  // As long as this one is there, the process of the others is.
  const keeper = await context.newPage();
  await keeper.goto(ground);
  return {
    ...watched,
    async clear() {
      const pages = context.pages().filter((page) => page !== keeper);
      await Promise.all(pages.map((page) => page.close()));
      await keeper.evaluate('localStorage.clear(), sessionStorage.clear()');
      await context.clearCookies();
    },
  };
}

import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { OWNER_TOKEN, type System, type SystemOptions, startSystem } from '../../support/system.ts';
import { type Contexts, openContexts } from './open-contexts.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

export interface OpenOptions extends BrowserContextOptions {
  /** Whoever opens it; the owner unless told otherwise, nobody for null. */
  readonly token?: string | null;
  /** Another address of the brain than its own. */
  readonly url?: string;
}

/** A whole system with its page, and a browser in front of it. */
export interface Ui {
  readonly system: System;
  /** Opens a page of the app in a profile of its own: nothing is stored in that but the session. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** Opens one more tab beside a page. */
  openBeside(page: Page, path: string): Promise<Page>;
}

/**
 * Starts all that for the tests of a file. Pages are closed behind each test; one that failed leaves pictures of them in
 * .cache/screenshots. Uncaught errors, breaches of the page's policy and requests to anybody else fail a test.
 */
export function useUi(options: () => SystemOptions | Promise<SystemOptions>): Ui {
  const opened = new AsyncDisposableStack();
  let system: System;
  let contexts: Contexts;
  beforeAll(async () => {
    const { brainEnv, ...more } = await options();
    system = opened.use(
      await startSystem({ ...more, brainEnv: { USER_REQUESTS_PER_MINUTE: '60000', ...brainEnv } }),
    );
    contexts = opened.use(await openContexts(`${system.url}/livez`));
  });
  afterAll(() => opened.disposeAsync());
  afterEach(({ task }) =>
    contexts.leave({ name: task.name, hasFailed: task.result?.state === 'fail' }),
  );
  return {
    get system() {
      return system;
    },
    async open(path, { token = OWNER_TOKEN, url = system.url, ...more } = {}) {
      const { context, allow } = await contexts.take(more);
      allow(url);
      if (token !== null) await context.addCookies([await signIn(system, token)]);
      return await openPage(await context.newPage(), `${url}${path}`);
    },
    async openBeside(page, path) {
      return await openPage(await page.context().newPage(), `${new URL(page.url()).origin}${path}`);
    },
  };
}

async function openPage(page: Page, address: string): Promise<Page> {
  await page.goto(address);
  return page;
}

async function signIn({ url }: System, token: string) {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    body: JSON.stringify({ token }),
  });
  expect(response.status).toBe(201);
  const [cookie = ''] = response.headers.get('Set-Cookie')?.split(';') ?? [];
  const [name = '', value = ''] = cookie.split('=');
  return { name, value, url };
}

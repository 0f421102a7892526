import { type CDPSession, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../scripts/browser/find-browser.ts';
import type { Bench } from '../measurements/measurement.ts';
import type { Product } from './open-product.ts';

export const OWNER_TOKEN = 'owner-token-of-the-bench-0123456789abcdef';

/** Nothing but the page speaks to anybody. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  readonly devtools: CDPSession;
}

/** A page of a browser that has never seen the product. */
export async function openBrowserPage({ say, env }: Bench): Promise<OpenPage> {
  const executablePath = await findBrowser({ env, say });
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  return {
    page,
    devtools: await page.context().newCDPSession(page),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Opens the chat as the owner, whose token the product was started with. */
export async function signIn(page: Page, { url }: Pick<Product, 'url'>): Promise<void> {
  await page.goto(`${url}/chat`);
  await page.getByLabel('Token').fill(OWNER_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
}

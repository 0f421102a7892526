import type { Locator, Page } from 'playwright-core';
import { see } from './sight.ts';

export function messageField(page: Page): Locator {
  return page.getByLabel('Message', { exact: true });
}

/** Writes a message, or a command, and sends it by the keyboard. */
export async function say(page: Page, text: string): Promise<void> {
  await messageField(page).fill(text);
  await messageField(page).press('Enter');
}

/** Messages with their answers, oldest first. */
export function entries(page: Page): Locator {
  return page.getByRole('log', { name: 'Conversation' }).getByRole('article');
}

/** The last message with its answer. */
export function lastEntry(page: Page): Locator {
  return entries(page).last();
}

/** Says something, and returns once its answer holds these words and has ended. */
export async function ask(page: Page, text: string, answer: string | RegExp): Promise<Locator> {
  const before = await entries(page).count();
  await say(page, text);
  const entry = entries(page).nth(before);
  await see(entry.getByText(answer).last(), entry.getByRole('button', { name: 'Try again' }));
  return entry;
}

/** Id of the conversation that a page shows. */
export async function conversationOf(page: Page): Promise<string> {
  await page.waitForURL(/\/chat\/[\w-]+$/);
  return page.url().split('/').at(-1) ?? '';
}

/** The message of these words with its answer. */
export function entryOf(page: Page, words: string): Locator {
  return entries(page).filter({ has: page.getByText(words, { exact: true }) });
}

/** Leads to another page without loading everything anew, as a link does. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`
    history.pushState(null, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate'));
  `);
}

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  ask,
  conversationOf,
  entries,
  entryOf,
  lastEntry,
  messageField,
  say,
} from './support/chat.ts';
import { see, seeNo, until } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const ui = useUi(() => ({}));

/** A picture. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Chooses from what can be done with the conversation that is open. */
async function choose(page: Page, action: string): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('button', { name: /^Actions for/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

const beside = (page: Page, group: 'Pinned' | 'Recent') =>
  page.getByRole('region', { name: group });

test('a conversation is renamed, pinned, put away, deleted and taken back', async () => {
  const page = await ui.open('/chat');
  await ask(page, 'what is 17 * 23?', '17 * 23 = 391');
  const id = await conversationOf(page);
  await choose(page, 'Rename');
  await page.getByRole('dialog').getByLabel('Title').fill('Sums');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await see(page.getByRole('heading', { name: 'Sums' }), beside(page, 'Recent').getByText('Sums'));
  expect(await page.title()).toContain('Sums');
  await choose(page, 'Pin');
  await see(beside(page, 'Pinned').getByText('Sums'));

  await choose(page, 'Archive');
  await seeNo(page.getByRole('link', { name: 'Sums' }));
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByRole('button', { name: 'Archived' }).click();
  await choose(page, 'Take out of the archive');
  await see(beside(page, 'Pinned').getByText('Sums'));

  await beside(page, 'Pinned').getByText('Sums').click();
  const downloaded = page.waitForEvent('download');
  await choose(page, 'Export');
  const download = await downloaded;
  expect(download.suggestedFilename()).toBe('Sums.md');
  expect(readFileSync(await download.path(), 'utf8')).toContain('17 * 23 = 391');

  await choose(page, 'Delete');
  await see(page.getByText('“Sums” was deleted.'));
  await seeNo(page.getByRole('link', { name: 'Sums' }));
  await page.getByRole('button', { name: 'Undo' }).click();
  await see(beside(page, 'Pinned').getByText('Sums'));
  await page.goto(`${ui.system.url}/conversations/${id}`);
  await see(lastEntry(page).getByText('17 * 23 = 391'));
});

test('what was said is found, and leads to where it was said', async () => {
  const page = await ui.open('/chat');
  await ask(page, 'remember that the yeast lives in the fridge', /^I will remember/);
  const id = await conversationOf(page);
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByLabel('Search in conversations').fill('fridge yeast');
  const found = page.getByRole('region', { name: 'Found messages' }).getByRole('link');
  await see(found.getByText('fridge').last());
  await found.last().click();
  await page.waitForURL((url) => url.pathname === `/chat/${id}`);
  await see(entryOf(page, 'remember that the yeast lives in the fridge'));
  await page.getByRole('link', { name: 'Conversations' }).click();
  await page.getByLabel('Search in conversations').fill('never said anywhere');
  await see(page.getByText('Nothing found.'));
});

test('a message that is edited goes on in a new conversation, and so does /undo', async () => {
  const page = await ui.open('/chat');
  await ask(page, 'what is 1 + 1?', '1 + 1 = 2');
  const first = await conversationOf(page);
  const second = await ask(page, 'what is 2 + 2?', '2 + 2 = 4');
  await second.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Message').fill('what is 3 + 3?');
  await dialog.getByRole('button', { name: 'Send in a new conversation' }).click();
  await see(
    entryOf(page, 'what is 3 + 3?').getByText('3 + 3 = 6'),
    entryOf(page, 'what is 1 + 1?'),
  );
  const fork = await conversationOf(page);
  expect(fork).not.toBe(first);
  await until(async () => (await entries(page).count()) === 2);

  await say(page, '/undo');
  await page.waitForURL((url) => !url.pathname.endsWith(fork));
  await see(entryOf(page, 'what is 1 + 1?'));
  await until(async () => (await entries(page).count()) === 1);
  await page.goto(`${ui.system.url}/chat/${first}`);
  await see(entryOf(page, 'what is 2 + 2?').getByText('2 + 2 = 4'));
});

test('commands are completed and run, and say nothing in the conversation', async () => {
  const page = await ui.open('/chat');
  const notes = page.getByRole('log', { name: 'Commands' });
  await messageField(page).pressSequentially('/reme');
  await see(page.getByRole('option', { name: /^\/remember/ }));
  await page.keyboard.press('Tab');
  await until(async () => (await messageField(page).inputValue()) === '/remember ');
  await page.keyboard.type('bread needs salt');
  await page.keyboard.press('Enter');
  await see(notes.getByText('Remembered: bread needs salt'));
  await say(page, '/recall salt');
  await see(notes.getByText('bread needs salt (general)'));
  await say(page, '/help');
  await see(notes.getByText('/undo'));
  await say(page, '/run 6 * 7');
  await see(notes.getByText('42', { exact: true }));
  await say(page, '/model');
  await see(notes.getByText('There are:'));
  await say(page, '/model wrong-name');
  await see(notes.getByText(/There is none of that name/));
  // What failed can be corrected.
  await until(async () => (await messageField(page).inputValue()) === '/model wrong-name');
  await say(page, '/dance');
  await see(notes.getByText(/There is no command/));
  await notes.getByRole('button', { name: 'Close' }).first().click();
  await seeNo(notes.getByText('Remembered: bread needs salt'));
  expect(await entries(page).count()).toBe(0);
  await messageField(page).fill('/');
  const list = page.getByRole('listbox', { name: 'Commands' });
  await see(list.getByRole('option', { name: /^\/help/ }));
  await page.keyboard.press('Escape');
  await seeNo(list);
  expect(await messageField(page).inputValue()).toBe('/');
});

test('files go with a message, chosen or pasted, and are there when one comes back', async () => {
  const page = await ui.open('/chat');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  const files = ['recipe.txt', 'shopping.txt'].map((name) => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from('500 g flour'),
  }));
  await (await choosing).setFiles(files);
  await page.getByRole('button', { name: 'Remove shopping.txt' }).click();
  await seeNo(page.getByText(/^shopping\.txt/));
  await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${PIXEL}'), (char) => char.charCodeAt(0));
    const image = new Blob([bytes], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);
  })()`);
  await messageField(page).press('Control+V');
  await see(page.getByText(/^recipe\.txt, 11 B/), page.getByText(/^image\.png/));
  await seeNo(page.getByText(/^Uploading/));
  await ask(page, 'what is 5 + 5?', '5 + 5 = 10');
  await conversationOf(page);
  for (const _ of ['before', 'after']) {
    const entry = entryOf(page, 'what is 5 + 5?');
    await see(entry.getByText(/^recipe\.txt, 11 B/), entry.getByRole('img', { name: 'image.png' }));
    await page.reload();
  }
});

test('whoever is chosen to answer stays chosen', async () => {
  const page = await ui.open('/chat');
  await page.getByLabel('Persona').selectOption('tutor');
  await ask(page, 'what is 8 + 8?', '8 + 8 = 16');
  const id = await conversationOf(page);
  expect(await ui.system.owner.getConversation(id)).toMatchObject({ persona: 'tutor' });
  await page.reload();
  const persona = page.getByLabel('Persona');
  await until(async () => (await persona.inputValue()) === 'tutor');
  await persona.selectOption('Standard');
  await until(async () => (await ui.system.owner.getConversation(id)).persona === null);
});

test('when personas cannot be loaded that is said, and they are asked for again', async () => {
  const page = await ui.open('/conversations');
  let isRefused = true;
  const json = { code: 'AUTHORIZATION_ERROR', message: 'not for you' };
  await page.route('**/api/v1/personas*', (route) =>
    isRefused ? route.fulfill({ status: 403, json }) : route.continue(),
  );
  await page.getByRole('link', { name: 'New chat' }).click();
  const lost = page.getByRole('alert').filter({ hasText: 'could not be loaded' });
  await see(lost, messageField(page));
  const again = lost.getByRole('button', { name: 'Try again' });
  const asked = page.waitForRequest('**/api/v1/personas*');
  await again.click();
  await asked;
  isRefused = false;
  // A page that has meanwhile asked by itself has no button any more.
  await until(async () => {
    await again.click({ timeout: 500 }).catch(() => undefined);
    return await page.getByLabel('Persona').isVisible();
  });
  await seeNo(lost);
});

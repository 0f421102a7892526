import { createClient } from '@bakerst/client';
import { openOfflineModel } from '@bakerst/offline-model';
import { afterAll, expect, test } from 'vitest';
import { SUPER_TOKEN } from '../support/system.ts';
import { ask, conversationOf, lastEntry, say } from './support/chat.ts';
import { see, seeNo, until } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const RIGHT = 'sk-ant-api03-the-right-key-of-the-tests-4711';
const WRONG = 'sk-ant-api03-a-wrong-key-of-the-tests-0815';
const REDIRECT = new URL('../support/programs/redirect-anthropic.mjs', import.meta.url);

const anthropic = await openOfflineModel({ apiKey: RIGHT });
afterAll(() => anthropic[Symbol.asyncDispose]());

const ui = useUi(() => ({
  brainEnv: { NODE_OPTIONS: `--import=${REDIRECT.href}?to=${anthropic.url}` },
}));

test('a link signs in once, and its code leaves the address', async () => {
  const root = createClient({ baseUrl: ui.system.url, token: SUPER_TOKEN });
  const { path } = await root.createSignInLink({ user_id: 'owner' });
  const code = path.split('#')[1] ?? 'none';
  const page = await ui.open(path, { token: null });
  await see(page.getByRole('heading', { name: 'What can I do for you?' }));
  expect(page.url()).toBe(`${ui.system.url}/chat`);
  expect(
    await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })'),
  ).not.toContain(code);
  const again = await ui.openBeside(page, path);
  await see(again.getByRole('heading', { name: 'What can I do for you?' }));

  const other = await ui.open(path, { token: null });
  await see(other.getByText(/This link has been used or is too old/));
  expect(other.url()).not.toContain(code);
  await other.getByLabel('Token').fill('owner-token-of-the-tests');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await see(other.getByRole('heading', { name: 'What can I do for you?' }));

  await other.getByRole('button', { name: 'Sign out' }).click();
  await see(other.getByRole('heading', { name: 'Sign in' }));
  await other.goto(`${ui.system.url}/memory`);
  await see(other.getByRole('heading', { name: 'Sign in' }));
  await page.reload();
  await see(page.getByRole('button', { name: 'Sign out' }));
  await again.getByRole('button', { name: 'Sign out' }).click();
  await see(again.getByRole('heading', { name: 'Sign in' }));
  await see(page.getByRole('heading', { name: 'Sign in' }));
});

test('the first conversation runs code, and shows what came of it', async () => {
  const page = await ui.open('/');
  await page.getByRole('button', { name: /^Run some code/ }).click();
  const entry = lastEntry(page);
  await see(entry.getByText('Result: 1. Mon, 2. Tue, 3. Wed'));
  await conversationOf(page);
  const card = entry.getByRole('region', { name: 'Tool: Run code' });
  await see(card.getByText('Done'), card.getByText(/^\d+(\.\d+)? ?(ms|s)$/));
  await card.getByRole('button').first().click();
  await see(
    card.getByRole('heading', { name: 'Input' }),
    card.getByRole('heading', { name: 'Result' }),
  );
  expect(await card.getByRole('region', { name: 'Code: javascript' }).textContent()).toContain(
    'const days',
  );
  expect(await card.getByRole('region', { name: 'Code: json' }).textContent()).toContain('2. Tue');

  // What the person has said is a block of code, too.
  const block = entry.getByRole('figure').first();
  await block.getByRole('button', { name: 'Copy' }).click();
  await see(block.getByText('Copied'));
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/^const days = /);

  await page.reload();
  const again = lastEntry(page).getByRole('region', { name: 'Tool: Run code' });
  await see(again.getByText('Done'), again.getByText(/^\d+(\.\d+)? ?(ms|s)$/));
  await see(page.getByRole('link', { name: /const days/ }));
});

test('what is told is remembered, corrected, and can be seen and restored', async () => {
  const page = await ui.open('/chat');
  await ask(
    page,
    'remember that the NAS is called Mycroft',
    'I will remember: the NAS is called Mycroft',
  );
  await ask(page, 'what is my NAS called?', 'I remember: the NAS is called Mycroft');
  await ask(page, 'no, it is Moriarty now', 'Corrected: NAS is now Moriarty.');
  await ask(page, 'what is my NAS called?', 'I remember: the NAS is called Moriarty');

  await page.getByRole('link', { name: 'Memory' }).click();
  const facts = page.getByRole('main').getByRole('listitem');
  const fact = facts.filter({ hasText: 'NAS' });
  await see(fact.getByText('the NAS is called Moriarty'));
  await seeNo(fact.getByText('the NAS is called Mycroft'));
  await fact.getByRole('button', { name: 'History' }).click();
  const earlier = fact.getByRole('listitem').filter({ hasText: 'Mycroft' });
  await earlier.getByRole('button', { name: 'Restore this' }).click();
  const search = page.getByLabel('Search in what is remembered');
  await search.fill('mycroft');
  await see(facts.getByText('the NAS is called Mycroft', { exact: true }));
  await search.fill('nothing like that');
  await see(page.getByText('Nothing found.'));
  await search.fill('');

  await page.getByLabel('Something to be remembered').fill('The oven needs 20 minutes');
  await page.getByRole('button', { name: 'Remember', exact: true }).click();
  const oven = facts.filter({ hasText: 'The oven needs 20 minutes' });
  await oven.getByRole('button', { name: 'Forget' }).click();
  await seeNo(oven);
  await page.getByRole('button', { name: 'Undo' }).click();
  await see(oven);
});

test('the notebook is written, and one that changed elsewhere is not overwritten', async () => {
  const page = await ui.open('/memory');
  await page.getByRole('button', { name: 'Notebook' }).click();
  await page.getByLabel('Name of the section').fill('Baking');
  await page.getByRole('button', { name: 'New section' }).click();
  const section = page.getByRole('region', { name: 'Baking' });
  await section.getByRole('button', { name: 'Edit' }).click();
  const text = section.getByLabel('Text of the section');
  await text.fill('Bread: **500 g** flour');
  await section.getByRole('button', { name: 'Save' }).click();
  await see(section.getByText('500 g', { exact: true }));

  await section.getByRole('button', { name: 'Edit' }).click();
  await text.fill('Bread: 600 g flour');
  await ui.system.owner.writeSection('Baking', { content: 'Bread: 700 g flour' });
  await see(section.getByText(/changed elsewhere/));
  expect(await text.inputValue()).toBe('Bread: 600 g flour');
  await section.getByRole('button', { name: 'Load the new one' }).click();
  await until(async () => (await text.inputValue()) === 'Bread: 700 g flour');
});

test('a key that is refused says so; a good one answers from the next message on', async () => {
  const page = await ui.open('/chat');
  await ask(page, 'hello', /I am the offline model/);
  await page.getByRole('button', { name: 'Add a key' }).click();
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: 'Try and save' });
  await dialog.getByLabel('API key of Anthropic').fill(WRONG);
  await save.click();
  await see(dialog.getByText(/Anthropic refuses this key/));
  await see(page.getByText(/^The offline model answers/));

  await dialog.getByLabel('API key of Anthropic').fill(RIGHT);
  await save.click();
  await see(page.getByText(/The key works/));
  await seeNo(page.getByText(/^The offline model answers/));
  await say(page, 'what is 6 * 7?');
  await see(lastEntry(page).getByText('6 * 7 = 42'));
  const [run] = (await ui.system.owner.listRuns({ limit: 1 })).data;
  expect(run).toMatchObject({ message: 'what is 6 * 7?', model: expect.stringMatching(/^claude/) });
  expect(await page.content()).not.toContain(RIGHT);
});

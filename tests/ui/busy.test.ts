import type { MessagesRequest, ScriptReply } from '@bakerst/offline-model';
import { textReply } from '@bakerst/offline-model';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { conversationOf, entries, entryOf, lastEntry, messageField, say } from './support/chat.ts';
import { see, seeNo, until } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const SLOWLY = Array.from({ length: 600 }, (_, i) => `step-${i} `);
const TRICKS = `![one](http://elsewhere.example/a.png) [two](javascript:alert(1)) [three](data:text/html,x)
<img src="http://elsewhere.example/b.png" onerror="alert(1)"> <script>alert(1)</script>

<p style="background: url(http://elsewhere.example/c.png)">four</p>
<iframe src="http://elsewhere.example/"></iframe>

five`;
/** While it is not 0, what is done slowly takes longer than any test. */
const pace = { firstByteMs: 0, deltaMs: 0 };

/** Does slowly what is to be done slowly, then calls a tool, and answers with what it was told in between. */
function reply({ messages }: MessagesRequest): ScriptReply {
  const said = messages.at(-1)?.blocks ?? [];
  const words = said.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
  if (said.some((block) => block.type === 'tool_result'))
    return textReply(words.includes('butter') ? 'Done, with butter.' : 'Done.');
  if (words.includes('tricks')) return textReply(TRICKS);
  if (!words.includes('slowly')) return textReply(`Heard ${words.slice(-20)}`);
  return {
    kind: 'message',
    pace,
    blocks: [
      { type: 'text', text: SLOWLY },
      { type: 'tool_use', name: 'execute_code', input: { code: 'return 1' } },
    ],
  };
}

const ui = useUi(() => ({ script: reply, brainEnv: { LOCK_LEASE_MS: '3000' } }));
beforeEach(() => {
  pace.deltaMs = 100;
});
const finish = (): void => {
  pace.deltaMs = 0;
};
// What is still going on would keep the next one waiting.
afterEach(finish);

/** A page on which something is going on. */
async function openBusy(): Promise<Page> {
  const page = await ui.open('/chat');
  await say(page, 'Work slowly');
  await conversationOf(page);
  await see(lastEntry(page).getByText(/step-3/), page.getByRole('button', { name: 'Stop' }));
  return page;
}

async function expectIdle(page: Page): Promise<void> {
  await seeNo(page.getByRole('button', { name: 'Stop' }));
  await seeNo(page.getByRole('group', { name: 'While an answer is being written' }));
}

test('what is said meanwhile waits in line, is seen in every tab, and can be taken back', async () => {
  const page = await openBusy();
  const other = await ui.openBeside(page, new URL(page.url()).pathname);
  await see(lastEntry(other).getByText(/step-3/));
  const buffer = Buffer.from('500 g flour');
  const file = { name: 'recipe.txt', mimeType: 'text/plain', buffer };
  await page.locator('input[type=file]').setInputFiles(file);
  await see(page.getByText(/^recipe\.txt/));
  await seeNo(page.getByText(/^Uploading/));
  await say(page, 'Second');
  await see(entryOf(page, 'Second').getByText('Waits for its turn'));
  await say(other, 'Third');
  for (const tab of [page, other]) {
    await see(entryOf(tab, 'Second').getByText('Waits for its turn'));
    await see(entryOf(tab, 'Third').getByText('Waits: number 2 in line'));
  }
  await entryOf(other, 'Second').getByRole('button', { name: 'Take back' }).click();
  for (const tab of [page, other]) {
    await see(entryOf(tab, 'Third').getByText('Waits for its turn'));
    await seeNo(entryOf(tab, 'Second'));
  }
  expect(await messageField(other).inputValue()).toBe('Second');
  await see(other.getByRole('button', { name: 'Remove recipe.txt' }));
  expect(await messageField(page).inputValue()).toBe('');
  finish();
  for (const tab of [page, other]) {
    await see(entryOf(tab, 'Third').getByText('Heard Third'));
    await see(entryOf(tab, 'Work slowly').getByText('Done.', { exact: true }));
    await seeNo(tab.getByText(/^Waits/));
    expect(await entries(tab).count()).toBe(2);
    await expectIdle(tab);
  }
});

test('a run can be told something while it is on', async () => {
  const page = await openBusy();
  await page.getByText('Tell it', { exact: true }).click();
  await see(page.getByText('Told to the run that is on, before its next step'));
  await say(page, 'Take butter');
  await see(page.getByText('Take butter').last());
  // The run has heard of it by now.
  await until(async () =>
    (await ui.system.owner.listRuns()).data.some(({ message }) => message === 'Take butter'),
  );
  finish();
  const entry = entryOf(page, 'Work slowly');
  await see(entry.getByText('Done, with butter.'), entry.getByText('Told while it was on'));
  await expectIdle(page);
  await page.reload();
  await see(entry.getByText('Done, with butter.'), entry.getByText('Told while it was on'));
  expect(await page.getByText('Take butter').count()).toBe(1);
});

test('a run can be interrupted by what is to be done instead', async () => {
  const page = await openBusy();
  await page.getByText('Interrupt', { exact: true }).click();
  await say(page, 'Rather this');
  await see(entryOf(page, 'Rather this').getByText('Heard Rather this'));
  await see(entryOf(page, 'Work slowly').getByText(/stopped/i));
  await seeNo(page.getByText('Done.', { exact: true }));
  await expectIdle(page);
});

test('a run can be stopped, from another conversation too', async () => {
  const page = await openBusy();
  const other = await ui.openBeside(page, '/chat');
  await other.getByRole('button', { name: 'Stop' }).click();
  await expectIdle(other);
  await see(entryOf(page, 'Work slowly').getByText(/stopped/i));
  await expectIdle(page);
  // What was there by then stays, for those who come later, too.
  await page.reload();
  await see(lastEntry(page).getByText(/step-3/));
  await seeNo(page.getByText('Done.', { exact: true }));
});

test('one who asks too much is told, and what was said is sent as soon as it may be', async () => {
  const page = await ui.open('/chat');
  let isOpen = false;
  await page.route('**/api/v1/chat/stream', (route) =>
    isOpen
      ? route.continue()
      : route.fulfill({
          status: 429,
          json: {
            error: 'Too Many Requests',
            code: 'RATE_LIMIT_EXCEEDED',
            message: 'too many requests, try again later',
            request_id: 'r-1',
            retry_after_ms: 100,
          },
        }),
  );
  await say(page, 'Hello');
  await see(page.getByText(/^Not sent yet: too much at once/));
  await messageField(page).fill('a draft');
  isOpen = true;
  await see(entryOf(page, 'Hello').getByText('Heard Hello'));
  await seeNo(page.getByText(/^Not sent yet/));
  expect(await entries(page).count()).toBe(1);
});

test('what was refused can be sent again, once, or taken back into the field', async () => {
  const page = await ui.open('/chat');
  let refusals = 3;
  await page.route('**/api/v1/chat/stream', (route) => {
    refusals -= 1;
    return refusals < 0
      ? route.continue()
      : route.fulfill({
          status: 400,
          json: {
            error: 'Bad Request',
            code: 'VALIDATION_ERROR',
            message: 'not today',
            request_id: 'r-1',
          },
        });
  });
  await say(page, 'Hello');
  await see(page.getByText('Not sent. not today'));
  await page.getByRole('button', { name: 'Take back' }).click();
  await until(async () => (await messageField(page).inputValue()) === 'Hello');
  await seeNo(page.getByText('Not sent. not today'));

  await messageField(page).press('Enter');
  await see(page.getByText('Not sent. not today'));
  await page.reload();
  // It is still there, was tried once more, and stands in the field of nobody.
  await see(page.getByText('Not sent. not today'));
  expect(await messageField(page).inputValue()).toBe('');
  await page.getByRole('button', { name: 'Try again' }).click();
  await see(entryOf(page, 'Hello').getByText('Heard Hello'));
  expect(await entries(page).count()).toBe(1);
  const { data } = await ui.system.owner.listMessages(await conversationOf(page));
  expect(data).toHaveLength(2);
});

test('many tabs may show one answer: those that nobody looks at keep no connection', async () => {
  const page = await openBusy();
  const path = new URL(page.url()).pathname;
  const tabs: Page[] = [];
  // A browser has six connections to a server, and one tab hears the events for all.
  for (let i = 0; i < 5; i++) {
    const tab = await ui.openBeside(page, path);
    await see(lastEntry(tab).getByText(/step-3/));
    await setSeen(tab, false);
    tabs.push(tab);
  }
  await page.getByRole('link', { name: 'Memory' }).click();
  await see(
    page.getByRole('heading', { name: 'Memory' }),
    page.getByText(/^Nothing is remembered/),
  );
  finish();
  for (const tab of tabs.slice(-1)) {
    await setSeen(tab, true);
    await see(lastEntry(tab).getByText('Done.', { exact: true }));
    expect(await lastEntry(tab).textContent()).toContain('step-598 step-599');
  }
});

test('nothing that a model says makes the page load or run anything', async () => {
  const page = await ui.open('/chat');
  await say(page, 'Do tricks');
  const answer = entryOf(page, 'Do tricks').locator('.prose');
  await see(answer.getByText('five'), answer.getByText('two'));
  // Requests to anybody else fail a test anyway.
  const bad = 'img, script, iframe, [style], [onerror], a:not([href^="http"])';
  expect(await answer.locator(bad).count()).toBe(0);
});

/** Looks at a tab, or at another one. */
async function setSeen(page: Page, isSeen: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState', {
      configurable: true, get: () => '${isSeen ? 'visible' : 'hidden'}',
    });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

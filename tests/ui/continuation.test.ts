import { setTimeout } from 'node:timers/promises';
import { toolReply } from '@bakerst/offline-model';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { conversationOf, entries, lastEntry, messageField, say } from './support/chat.ts';
import { openLine } from './support/open-line.ts';
import { see, seeNo } from './support/sight.ts';
import {
  beginSampling,
  createStoryteller,
  expectToHaveGrown,
  look,
  untilSampled,
  untilTold,
  untilToldAnew,
  untilWholeStory,
} from './support/story.ts';
import { type OpenOptions, useUi } from './support/use-ui.ts';

const teller = createStoryteller(toolReply('execute_code', { code: 'return 6 * 7' }));
const ui = useUi(() => ({
  script: teller.replies,
  // On a busy machine one that is missed shall not end a lease.
  brainEnv: { LOCK_LEASE_MS: '3000' },
}));
beforeEach(() => teller.begin(100));
// What is still being told would keep the next one waiting.
afterEach(() => teller.finish());

/** A minute that is not waited for each time. */
const LONG_CUT_MS = 60_000;
const LOST = /^No connection\. Nothing is lost/;
const CUT = 'The connection was cut. The answer goes on where it was …';

/** A page on which a story is being told, in a new conversation. */
async function openStory(options: OpenOptions = {}): Promise<Page> {
  const page = await ui.open('/chat', options);
  await say(page, 'Tell me a story');
  await conversationOf(page);
  await beginSampling(page);
  await untilTold(page, 10);
  await see(lastEntry(page).getByRole('region', { name: 'Tool: Run code' }));
  return page;
}

/** The same in two tabs. */
async function openStoryTwice(options: OpenOptions = {}): Promise<readonly Page[]> {
  const page = await openStory(options);
  const other = await ui.openBeside(page, new URL(page.url()).pathname);
  await untilTold(other, 10);
  await beginSampling(other);
  return [page, other];
}

/**
 * The story was on until now, and is told to its end, nothing in it missing and nothing twice, in each tab alike; at
 * every look since it began it had only grown, but for so many rewinds.
 */
async function expectEnd(pages: readonly Page[], allowed: { rewinds: number }): Promise<void> {
  for (const page of pages) await untilSampled(page);
  expect((await ui.system.owner.listRuns({ status: 'running' })).data).toHaveLength(1);
  teller.finish();
  for (const page of pages) {
    await untilWholeStory(page);
    await see(lastEntry(page).getByRole('button', { name: 'Try again' }));
    expect(await lastEntry(page).getByRole('region', { name: 'Tool: Run code' }).count()).toBe(1);
    await seeNo(page.getByText(CUT));
    await expectToHaveGrown(page, allowed);
  }
}

test('a page that is loaded again in the middle of an answer goes on with it', async () => {
  const page = await openStory();
  const { words } = await look(page);
  await page.reload();
  await beginSampling(page);
  await untilTold(page, words.length + 3);
  await expectEnd([page], { rewinds: 0 });
});

test('a brain that is killed in the middle of an answer goes on with it before everybody’s eyes', async () => {
  const tabs = await openStoryTwice();
  await ui.system.brain.end('SIGKILL');
  // What was there stays there while nobody answers.
  for (const tab of tabs) await see(tab.getByText(LOST));
  const before = await Promise.all(tabs.map(look));
  for (const { words } of before) expect(words.length).toBeGreaterThanOrEqual(10);
  await ui.system.restartBrain();
  for (const tab of tabs)
    await untilToldAnew(
      tab,
      before.flatMap(({ tellings }) => tellings),
    );
  for (const tab of tabs) await seeNo(tab.getByText(LOST));
  await expectEnd(tabs, { rewinds: 1 });
});

test('NATS that starts again in the middle of an answer costs no word', async () => {
  const tabs = await openStoryTwice();
  await ui.system.nats.kill();
  await ui.system.startNatsAgain('kept');
  for (const tab of tabs) await untilTold(tab, (await look(tab)).words.length + 10);
  await expectEnd(tabs, { rewinds: 1 });
});

test('an answer goes on where it was when the connection was cut', async () => {
  await using line = await openLine(ui.system.port);
  const tabs = await openStoryTwice({ url: line.url });
  line.cut();
  for (const tab of tabs) await see(tab.getByText(CUT));
  if (inject('isLong')) {
    teller.begin(250);
    await setTimeout(LONG_CUT_MS);
  }
  line.mend();
  for (const tab of tabs) {
    await untilTold(tab, (await look(tab)).words.length + 5);
    await seeNo(tab.getByText(CUT));
  }
  await expectEnd(tabs, { rewinds: 0 });
});

test('a message that is sent while the brain is away arrives once it is back, and only once', async () => {
  const page = await ui.open('/chat');
  await say(page, 'Hello');
  await see(lastEntry(page).getByText(/^Heard/));
  const id = await conversationOf(page);
  await ui.system.brain.end('SIGKILL');
  await say(page, 'Are you there?');
  await see(page.getByText(/^Not sent yet: no connection/));
  await messageField(page).fill('a draft');
  await ui.system.restartBrain();
  await see(lastEntry(page).getByText(/^Heard/));
  await seeNo(page.getByText(/^Not sent yet/));
  expect(await messageField(page).inputValue()).toBe('a draft');
  expect(await entries(page).count()).toBe(2);
  const { data } = await ui.system.owner.listMessages(id);
  expect(data.map(({ role }) => role)).toEqual(['assistant', 'user', 'assistant', 'user']);
});

test('a page that is opened without a connection is there as soon as that is', async () => {
  await using line = await openLine(ui.system.port);
  const page = await ui.open('/chat', { url: line.url });
  await see(
    page.getByText('No conversations yet.').or(page.getByRole('region', { name: 'Recent' })),
  );
  line.cut();
  await messageField(page).fill('a draft');
  await page.getByRole('link', { name: 'Memory' }).click();
  // Not before it was tried in vain.
  await see(page.getByText(LOST));
  line.mend();
  await see(page.getByRole('heading', { name: 'Memory' }));
  await seeNo(page.getByText(LOST));
  await page.getByRole('link', { name: 'New chat' }).click();
  expect(await messageField(page).inputValue()).toBe('a draft');
});

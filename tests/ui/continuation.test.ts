import { toolReply } from '@bakerst/offline-model';
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { openLine } from './support/open-line.ts';
import {
  conversationOf,
  entries,
  lastEntry,
  messageField,
  say,
  see,
  seeNo,
  until,
} from './support/person.ts';
import {
  beginSampling,
  createStoryteller,
  expectToHaveGrown,
  look,
  untilTold,
  untilWholeStory,
} from './support/story.ts';
import { type OpenOptions, useUi } from './support/use-ui.ts';

const teller = createStoryteller(toolReply('execute_code', { code: 'return 6 * 7' }));
const ui = useUi(() => ({
  script: teller.replies,
  // On a busy machine one that is missed shall not end a lease.
  brainEnv: { LOCK_LEASE_MS: '3000' },
}));
beforeEach(() => teller.begin());

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

/** The story is told to its end, nothing in it missing and nothing twice. */
async function expectEnd(...pages: readonly Page[]): Promise<void> {
  teller.finish();
  for (const page of pages) {
    await untilWholeStory(page);
    await see(lastEntry(page).getByRole('button', { name: 'Try again' }));
    expect(await lastEntry(page).getByRole('region', { name: 'Tool: Run code' }).count()).toBe(1);
    await seeNo(page.getByText(CUT));
  }
}

async function isOn(): Promise<boolean> {
  return (await ui.system.owner.listRuns({ status: 'running' })).data.length === 1;
}

test('a page that is loaded again in the middle of an answer goes on with it', async () => {
  const page = await openStory();
  const { words } = await look(page);
  await page.reload();
  await beginSampling(page);
  await untilTold(page, words.length + 3);
  expect(await isOn()).toBe(true);
  await expectEnd(page);
  await expectToHaveGrown(page, { rewinds: 0 });
});

test('a brain that is killed in the middle of an answer goes on with it before everybody’s eyes', async () => {
  const page = await openStory();
  const other = await ui.openBeside(page, new URL(page.url()).pathname);
  await beginSampling(other);
  await untilTold(other, 15);
  await untilTold(page, 15);
  await ui.system.brain.end('SIGKILL');
  // What was there stays there while nobody answers.
  await see(page.getByText(/^No connection\. Nothing is lost/));
  expect((await look(page)).words.length).toBeGreaterThanOrEqual(15);
  await ui.system.restartBrain();
  for (const tab of [page, other]) {
    await seeNo(tab.getByText(CUT));
    await until(async () => (await look(tab)).words.length > 3);
  }
  expect(await isOn()).toBe(true);
  await seeNo(page.getByText(/^No connection\. Nothing is lost/));
  await expectEnd(page, other);
  for (const tab of [page, other]) await expectToHaveGrown(tab, { rewinds: 1 });
  expect((await look(page)).words).toEqual((await look(other)).words);
});

test('NATS that starts again in the middle of an answer costs no word', async () => {
  const page = await openStory();
  await ui.system.nats.kill();
  await ui.system.startNatsAgain('kept');
  const { words } = await look(page);
  await untilTold(page, words.length + 10);
  expect(await isOn()).toBe(true);
  await expectEnd(page);
  await expectToHaveGrown(page, { rewinds: 1 });
});

test('an answer goes on where it was when the connection was cut', async () => {
  await using line = await openLine(ui.system.port);
  const page = await openStory({ url: line.url });
  line.cut();
  await see(page.getByText(CUT));
  const { words } = await look(page);
  line.mend();
  await untilTold(page, words.length + 5);
  await seeNo(page.getByText(CUT));
  expect(await isOn()).toBe(true);
  await expectEnd(page);
  await expectToHaveGrown(page, { rewinds: 0 });
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
  await see(page.getByText(/^No connection\. Nothing is lost/));
  line.mend();
  await see(page.getByRole('heading', { name: 'Memory' }));
  await seeNo(page.getByText(/^No connection\. Nothing is lost/));
  await page.getByRole('link', { name: 'New chat' }).click();
  expect(await messageField(page).inputValue()).toBe('a draft');
});

import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type MessagesRequest,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { appendLine, makeOperatingSystem } from '../support/operating-system.ts';
import { conversationOf, entryOf, say } from './support/chat.ts';
import { see, seeNo, until } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'lines');
const ORDER = /order (\w+)/;
/** What is told of an order waits for this. */
let gate = Promise.resolve();

async function reply({ messages }: MessagesRequest): Promise<ScriptReply> {
  const [last, asked] = [messages.at(-1), messages.findLast(({ blocks }) => hasOrder(blocks))];
  const [, what = ''] = ORDER.exec(JSON.stringify(asked?.blocks)) ?? [];
  if (last === asked)
    return toolReply('dispatch_job', { type: 'command', command: appendLine(file, what, 60_000) });
  await gate;
  return textReply(`That is all about the ${what}.`);
}

function hasOrder(blocks: MessagesRequest['messages'][number]['blocks']): boolean {
  return blocks.some((block) => block.type === 'text' && ORDER.test(block.text));
}

const env = { JOB_ACK_WAIT_MS: '1000', OPERATING_SYSTEM_DIR: makeOperatingSystem() };
const ui = useUi(() => ({ script: reply, brainEnv: env, workerEnv: env }));

/** What the commands have done. */
function lines(what: string): readonly string[] {
  const all = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return all.filter((line) => line === what);
}

const QUESTION = 'It is not known whether this has happened';
const card = (page: Page) => page.getByRole('region', { name: QUESTION });

/** A page on which something was ordered by a command whose worker has died after it. */
async function openUncertain(what: string): Promise<Page> {
  const page = await ui.open('/chat');
  await say(page, `order ${what}`);
  await conversationOf(page);
  await until(() => lines(what).length === 1);
  await ui.system.workers.at(-1)?.end('SIGKILL');
  await ui.system.startWorker();
  await see(card(page));
  return page;
}

test('a person says in the chat what has become of it, and everybody sees the answer', async () => {
  const page = await openUncertain('bread');
  const path = new URL(page.url()).pathname;
  const before = await ui.openBeside(page, path);
  const opened = Promise.withResolvers<void>();
  gate = opened.promise;
  for (const name of ['It has not happened', 'Do it again'])
    await see(card(before).getByRole('button', { name }));
  await card(before).getByRole('button', { name: 'It has happened' }).click();
  for (const tab of [page, before]) await seeNo(card(tab));
  // This one comes while the run goes on.
  const during = await ui.openBeside(page, path);
  await see(entryOf(during, 'order bread').getByRole('region', { name: 'Tool: Start a job' }));
  opened.resolve();
  for (const tab of [page, before, during]) {
    await see(entryOf(tab, 'order bread').getByText('That is all about the bread.'));
    await seeNo(card(tab));
  }
  const after = await ui.openBeside(page, path);
  await see(entryOf(after, 'order bread').getByText('That is all about the bread.'));
  expect(lines('bread')).toEqual(['bread']);
});

test('a person says it on the page of the job', async () => {
  const page = await openUncertain('cake');
  await card(page).getByRole('link', { name: 'Command' }).click();
  const job = page.getByRole('article', { name: 'Job' });
  await see(job.getByText('Unknown outcome'));
  await card(page).getByRole('button', { name: 'It has not happened' }).click();
  await see(job.getByText('Failed'), job.getByText('DID_NOT_HAPPEN'));
  await seeNo(card(page));
  await job.getByRole('link', { name: 'Open the conversation' }).click();
  await see(entryOf(page, 'order cake').getByText('That is all about the cake.'));
  await seeNo(card(page));
  expect(lines('cake')).toEqual(['cake']);
});

test('what is to be done again is done once more, and can be stopped', async () => {
  const page = await openUncertain('roll');
  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.getByLabel('State').selectOption('Unknown outcome');
  await page.getByRole('main').getByRole('listitem').getByRole('link').click();
  await card(page).getByRole('button', { name: 'Do it again' }).click();
  await until(() => lines('roll').length === 2);
  const job = page.getByRole('article', { name: 'Job' });
  await see(job.getByText('Runs'));
  await job.getByRole('button', { name: 'Stop' }).click();
  // It was cut off in the middle once more.
  await card(page).getByRole('button', { name: 'It has happened' }).click();
  await see(job.getByText('Done'));
  expect(lines('roll')).toEqual(['roll', 'roll']);
});

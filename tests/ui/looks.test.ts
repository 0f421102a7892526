import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { actAsGateway, from, serveChannel } from './support/act-as-gateway.ts';
import { ask, conversationOf, goTo, messageField } from './support/chat.ts';
import { expectAccessible, inspect, PHONE, takePicture } from './support/inspect.ts';
import { see, seeNo, until } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const ui = useUi(() => ({ brainEnv: { TELEGRAM_ACCESS: 'card' } }));

interface Place {
  readonly name: string;
  readonly path: string;
  /** Seen once the page is all there. */
  readonly sign: (page: Page) => ReturnType<Page['getByText']>;
}

/** People on a channel: one who is linked, one who is blocked, one who asks. */
async function meetPeople(): Promise<void> {
  const gateway = actAsGateway(ui.system);
  await (await serveChannel(gateway))[Symbol.asyncDispose]();
  const { code } = await ui.system.owner.createChannelLink();
  await gateway.claimChannelLink('telegram', { ...from('77', 'Gary'), code });
  await gateway.identifySender('telegram', from('555', `Tom ${'Bread'.repeat(20)}`));
  const [tom] = (await ui.system.owner.listAccessRequests('telegram')).data;
  await ui.system.owner.decideAccessRequest('telegram', tom?.code ?? '', { decision: 'block' });
  await gateway.identifySender('telegram', from('556', 'Sara'));
}

let places: readonly Place[];
beforeAll(async () => {
  const { owner } = ui.system;
  const { conversation_id: talk } = await owner.chat({
    message: '```js\nreturn [1, 2].map(String)\n```',
  });
  await owner.chat({ message: 'remember that the NAS is called Mycroft', conversation_id: talk });
  await owner.chat({ message: 'run uptime', conversation_id: talk });
  await owner.chat({ message: 'hello', conversation_id: talk });
  await owner.writeSection('Baking', {
    content: '| flour | water |\n|---|---|\n| 500 g | 350 g |',
  });
  await owner.storeFact({ text: `a very long word: ${'bread'.repeat(40)}` });
  await owner.createSchedule({
    name: 'Morning briefing',
    cron: '30 7 * * 1-5',
    action: { type: 'run', message: 'Tell me what is on today.' },
  });
  await owner.createTrigger({
    name: 'disk',
    action: { type: 'run', message: 'The disk of {{host}} is full.' },
  });
  await meetPeople();
  const [job] = (await owner.listJobs({ limit: 1 })).data;
  const main = (page: Page) => page.getByRole('main');
  places = [
    { name: 'welcome', path: '/chat', sign: (page) => page.getByText('What can I do for you?') },
    {
      name: 'chat',
      path: `/chat/${talk}`,
      sign: (page) => main(page).getByRole('listitem').getByText('run uptime'),
    },
    {
      name: 'conversations',
      path: '/conversations',
      sign: (page) => main(page).getByText('8 messages'),
    },
    { name: 'jobs', path: '/jobs', sign: (page) => main(page).getByText('Done') },
    {
      name: 'job',
      path: `/jobs/${job?.id}`,
      sign: (page) => main(page).getByText('What happened'),
    },
    {
      name: 'memory',
      path: '/memory',
      sign: (page) => main(page).getByText('the NAS is called Mycroft'),
    },
    {
      name: 'schedules',
      path: '/schedules',
      sign: (page) => main(page).getByText('Morning briefing'),
    },
    {
      name: 'triggers',
      path: '/triggers',
      sign: (page) => main(page).getByText('/api/v1/triggers/disk/deliver'),
    },
    { name: 'channels', path: '/channels', sign: (page) => main(page).getByText('Gary') },
    { name: 'nowhere', path: '/nowhere', sign: (page) => main(page).getByText(/no such page/) },
  ];
});

test('everybody can use every page, in light and dark and on a phone', async () => {
  const page = await ui.open('/chat');
  for (const { name, path, sign } of places) {
    await goTo(page, path);
    await see(sign(page));
    await inspect(page, name);
  }
}, 600_000);

test('everybody can use what opens on a page, and sign in', async () => {
  const page = await ui.open('/memory');
  await page.getByRole('button', { name: 'Notebook' }).click();
  await see(page.getByRole('region', { name: 'Baking' }).getByRole('table'));
  await inspect(page, 'notebook');
  await goTo(page, '/schedules');
  await page.getByRole('button', { name: 'New schedule' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.getByText('Name: is missing'));
  await inspect(page, 'new-schedule');
  await goTo(page, '/triggers');
  await page.getByRole('button', { name: 'Edit' }).click();
  await see(page.getByLabel('Sender'));
  await inspect(page, 'edit-trigger');
  await goTo(page, '/channels');
  await page.getByRole('button', { name: 'Link my phone' }).click();
  await see(page.getByRole('link', { name: 'Open Telegram' }));
  await takePicture(page, 'link-phone-light');
  await expectAccessible(page, 'link-phone');
  await page.keyboard.press('Control+K');
  await see(page.getByRole('dialog').getByText('Pages'));
  await takePicture(page, 'palette-light');
  await expectAccessible(page, 'palette');
  const stranger = await ui.open('/chat', { token: null, colorScheme: 'dark' });
  await see(stranger.getByRole('heading', { name: 'Sign in' }));
  await takePicture(stranger, 'sign-in-dark');
  await expectAccessible(stranger, 'sign-in');
});

test('on a phone everything is in reach', async () => {
  const page = await ui.open('/chat', { viewport: PHONE, hasTouch: true, isMobile: true });
  await page.getByRole('button', { name: 'Menu' }).tap();
  const menu = page.getByRole('dialog', { name: 'Menu' });
  await see(menu.getByRole('link', { name: 'Memory' }));
  await takePicture(page, 'menu-phone');
  await expectAccessible(page, 'menu');
  await menu.getByRole('link', { name: 'New chat' }).tap();
  await seeNo(menu);
  await messageField(page).fill('what is 2 * 3?');
  await page.getByRole('button', { name: 'Send' }).tap();
  await see(page.getByText('2 * 3 = 6'));
  await conversationOf(page);
});

test('everything can be done by the keyboard', async () => {
  const page = await ui.open('/chat');
  await see(page.getByText('What can I do for you?'));
  const focused = page.locator(':focus');
  // The field has the focus from the start: one can write at once.
  await until(async () => (await focused.getAttribute('aria-label')) === 'Message');
  await ask(page, 'what is 9 + 9?', '9 + 9 = 18');
  await page.reload();
  await see(page.getByText('9 + 9 = 18'));
  await page.keyboard.press('Control+K');
  const palette = page.getByRole('dialog');
  await see(palette.getByText('Pages'));
  await page.keyboard.type('memory');
  await see(palette.getByRole('option', { name: 'Memory', selected: true }));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/memory');
  await seeNo(palette);
  await page.keyboard.press('Control+K');
  await see(palette.getByText('Pages'));
  await page.keyboard.press('Escape');
  await seeNo(palette);

  await page.goto(`${ui.system.url}/jobs`);
  // What is not listed yet cannot be reached.
  await see(page.getByRole('main').getByRole('listitem').getByText('Done'));
  await page.keyboard.press('Tab');
  expect(await focused.textContent()).toBe('Skip to the content');
  await takePicture(page, 'skip-link');
  await page.keyboard.press('Enter');
  await until(async () => (await focused.getAttribute('id')) === 'content');
  // From there on every stop can be seen, and is in the content.
  for (const label of ['State', 'Kind']) {
    await page.keyboard.press('Tab');
    expect(await page.getByLabel(label).and(focused).count()).toBe(1);
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await see(page.getByRole('article', { name: 'Job' }));
});

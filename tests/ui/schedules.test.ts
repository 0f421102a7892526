import { expect, test } from 'vitest';
import { see, seeNo, until } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const ui = useUi(() => ({}));

test('a person makes a schedule, sees when it comes, has it run now, changes and pauses it', async () => {
  const page = await ui.open('/schedules');
  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'New schedule' }).click();
  const form = main.locator('form');
  await form.getByRole('button', { name: 'Save' }).click();
  await see(form.getByText('Name: is missing'));
  await until(
    async () => (await form.getByLabel('Name').and(page.locator(':focus')).count()) === 1,
  );
  await form.getByLabel('Name').fill('Sums');
  await form.getByLabel(/^When/).fill('soon');
  await form.getByLabel('What Baker is told').fill('what is 6 * 7?');
  await form.getByRole('button', { name: 'Save' }).click();
  // What only the brain can know is said at its field too.
  await see(form.getByText(/^When .*: cron must be an expression/));
  await form.getByLabel(/^When/).fill('30 7 * * 1-5');
  await form.getByRole('button', { name: 'Save' }).click();
  await seeNo(form);

  const row = main
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Sums' }) });
  await row.getByRole('button', { name: 'History' }).click();
  await see(row.getByText('Next times'));
  expect(await row.locator('time').count()).toBeGreaterThan(4);
  await row.getByRole('button', { name: 'Run now' }).click();
  await see(row.getByText(/Fired · completed/));
  await row.getByRole('link', { name: 'Conversation' }).click();
  await see(page.getByText('6 * 7 = 42'));

  await page.goBack();
  await row.getByRole('button', { name: 'Edit' }).click();
  await row.getByLabel('Times').selectOption('again and again');
  await row.getByLabel('Every').fill('15 min');
  await row.getByLabel('What is done').selectOption('A command runs');
  await row.getByLabel('Command', { exact: true }).fill('uptime');
  await row.getByRole('button', { name: 'Save' }).click();
  await see(row.getByText('every 15 min'), row.getByText('Does: uptime'));
  await row.getByRole('button', { name: 'Pause' }).click();
  await see(row.getByRole('button', { name: 'Resume' }));
  const [schedule] = (await ui.system.owner.listSchedules()).data;
  expect(schedule).toMatchObject({
    every_ms: 900_000,
    paused: true,
    action: { type: 'command', command: 'uptime' },
  });
});

test('a person makes a trigger, tries a delivery, changes and pauses it', async () => {
  const page = await ui.open('/triggers');
  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'New trigger' }).click();
  const form = main.locator('form');
  await form.getByLabel('Name').fill('Disk!');
  await form.getByLabel('What Baker is told').fill('what is {{n}} * 7?');
  await form.getByLabel(/^Filter/).fill('[{"path": "status", "equals": "firing"}]');
  await form.getByRole('button', { name: 'Save' }).click();
  await see(form.getByText('Name: name must be 1 to 64 of a-z 0-9 -'));
  await form.getByLabel('Name').fill('disk');
  await form.getByRole('button', { name: 'Save' }).click();
  await see(main.getByText('Secret, shown this once'));
  await main.getByRole('button', { name: 'Close' }).click();

  const row = main
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'disk' }) });
  await row.getByRole('button', { name: 'Try' }).click();
  await row.getByLabel(/^An example/).fill('{"status": "resolved"}');
  await row.getByRole('button', { name: 'Show what would happen' }).click();
  await see(row.getByText('The filter lets nothing of this through.'));
  await row.getByLabel(/^An example/).fill('{"status": "firing", "n": 6}');
  await row.getByRole('button', { name: 'Show what would happen' }).click();
  await see(row.getByText(/^Would do: .*what is 6 \* 7\?/s));
  await row.getByRole('button', { name: 'Deliver it' }).click();
  await see(row.getByText(/^It was taken/));
  await row.getByRole('button', { name: 'Deliveries' }).click();
  await see(row.getByText(/Fired · completed/));
  await row.getByText('What came').click();
  await see(row.getByText('"status": "firing"'));

  await row.getByRole('button', { name: 'Edit' }).click();
  await row.getByLabel('Sender').selectOption('Grafana');
  await row.getByRole('button', { name: 'Save' }).click();
  await seeNo(row.locator('form'));
  await row.getByRole('button', { name: 'Pause' }).click();
  await see(row.getByText('Paused'), row.getByRole('button', { name: 'Resume' }));
  expect(await ui.system.owner.getTrigger('disk')).toMatchObject({
    preset: 'grafana',
    paused: true,
    filter: [{ path: 'status', equals: 'firing' }],
  });
  await row.getByRole('button', { name: 'Delete' }).click();
  await row.getByRole('button', { name: 'Keep it' }).click();
  await row.getByRole('button', { name: 'Delete' }).click();
  await row.getByRole('button', { name: 'Delete it' }).click();
  await seeNo(row);
});

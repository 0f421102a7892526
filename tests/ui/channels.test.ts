import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { actAsGateway, from, serveChannel } from './support/act-as-gateway.ts';
import { see, seeNo } from './support/sight.ts';
import { useUi } from './support/use-ui.ts';

const ui = useUi(() => ({ workers: 0, brainEnv: { TELEGRAM_ACCESS: 'card' } }));

function rowOf(page: Page, section: string, name: string) {
  return page
    .getByRole('region', { name: section })
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name }) });
}

test('an administrator links a phone, lets people in, keeps some out and removes others', async () => {
  const gateway = actAsGateway(ui.system);
  const page = await ui.open('/channels');
  const main = page.getByRole('main');
  await see(main.getByText('put the token of a bot as TELEGRAM_BOT_TOKEN into .env-secrets'));
  expect(await main.getByRole('button').count()).toBe(0);
  const asking = [from('555', 'Sara'), from('556', 'Tom'), from('557', 'Eve')];
  for (const who of asking) await gateway.identifySender('telegram', who);
  await using _served = await serveChannel(gateway);

  // The page looks by itself.
  const ask = (name: string) => rowOf(page, 'People who ask to be let in', name);
  await see(main.getByText('@baker_bot'), main.getByText('Connected'), ask('Sara'));
  await see(main.getByText('3 deliveries wait.'), main.getByText('Nobody is linked yet.'));
  await main.getByRole('button', { name: 'Link my phone' }).click();
  const link = main.getByRole('link', { name: 'Open Telegram' });
  await see(link);
  const address = await link.getAttribute('href');
  const code = address?.split('=').at(-1) ?? '';
  expect(address).toBe(`https://t.me/baker_bot?start=${code}`);
  await main.getByRole('button', { name: 'Copy' }).click();
  await see(main.getByText('Copied'), main.getByText(code, { exact: true }));
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(code);
  await gateway.claimChannelLink('telegram', { ...from('77', 'Gary'), code });

  const user = ask('Sara').getByLabel('Speaks for the user');
  expect(await user.inputValue()).toBe('telegram-555');
  await user.fill('my sister');
  await ask('Sara').getByRole('button', { name: 'Let in' }).click();
  await see(ask('Sara').getByText(/^Speaks for the user: .* must be/));
  await user.fill('sara');
  await ask('Sara').getByRole('button', { name: 'Let in' }).click();
  const linked = (name: string) => rowOf(page, 'Linked people', name);
  await see(
    linked('Sara').getByText('Speaks for sara'),
    linked('Gary').getByText('linked by a code'),
  );
  await ask('Tom').getByRole('button', { name: 'Block' }).click();
  const blocked = rowOf(page, 'Blocked people', 'Tom');
  await blocked.getByRole('button', { name: 'Forget' }).click();
  await ask('Eve').getByRole('button', { name: 'Forget' }).click();
  await see(main.getByText('Nobody asks at the moment.'));
  await seeNo(blocked);

  await linked('Gary').getByRole('button', { name: 'Remove' }).click();
  await linked('Gary').getByRole('button', { name: 'Keep them' }).click();
  await linked('Gary').getByRole('button', { name: 'Remove' }).click();
  await linked('Gary').getByRole('button', { name: 'Remove them' }).click();
  await seeNo(linked('Gary'));
  expect((await gateway.listChannelIdentities()).data).toMatchObject([
    { id: '555', user_id: 'sara', linked_by: 'card' },
  ]);
});

test('who is no administrator sees who speaks for them, and nobody who asks', async () => {
  const gateway = actAsGateway(ui.system);
  await using _served = await serveChannel(gateway);
  await gateway.identifySender('telegram', from('558', 'Mary'));
  const { token } = await gateway.createToken('home', {
    kind: 'user',
    user_id: 'tim',
    name: 'tim',
  });
  const page = await ui.open('/channels', { token });
  await see(page.getByText('Nobody is linked yet.'));
  expect(await page.getByRole('region', { name: 'People who ask' }).count()).toBe(0);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../scripts/local/local-port.ts';
import { GARY } from '../support/bot-api/speech.ts';
import { openTown, type Town } from './support/gateway-testing.ts';
import { SECRET } from './support/telegram-testing.ts';

let town: Town;
beforeAll(async () => {
  const port = await findFreePort();
  town = await openTown({
    gatewayEnv: {
      TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_WEBHOOK_PORT: String(port),
    },
  });
});
afterAll(async () => {
  await town[Symbol.asyncDispose]();
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function sendAlbum(name: string): void {
  for (let i = 1; i <= 10; i += 1) {
    const caption = i === 1 ? { caption: `what is ${name}?` } : {};
    town.api.putFile(`${name}-${i}`, PNG);
    town.api.send({ media_group_id: name, photo: [{ file_id: `${name}-${i}` }], ...caption });
  }
}

/** How many files each message came with that was not there before. */
async function filesOf(name: string): Promise<readonly number[]> {
  const { data } = await town.system.owner.listConversations({ limit: 1 });
  const messages = await town.system.owner.listMessages(data[0]?.id ?? '', { limit: 50 });
  const asked = messages.data.filter(({ role }) => role === 'user');
  expect(asked.filter(({ content }) => content.includes(name))).toHaveLength(1);
  return asked.map(({ attachments }) => attachments.length);
}

const isQuiet = async () => {
  await expect.poll(() => town.api.updates.waiting.length).toBe(0);
  await expect
    .poll(
      () => town.system.query("SELECT count(*) AS n FROM channel_delivery WHERE status = 'open'"),
      { timeout: 30_000 },
    )
    .toEqual([{ n: 0 }]);
};

test('an album that a webhook brings is one message, also when the gateway dies before it is whole', async () => {
  sendAlbum('bread');
  await isQuiet();
  expect(await filesOf('bread')).toEqual([10]);
  sendAlbum('cake');
  await town.api.until(() => town.api.updates.waiting.length <= 4);
  await town.gateway.end('SIGKILL');
  await town.restartGateway();
  await isQuiet();
  const counts = await filesOf('cake');
  expect(counts.reduce((sum, count) => sum + count)).toBe(20);
  expect(town.api.in(GARY.id).filter(({ text }) => /taken|noted/.test(text))).toEqual([]);
});

import { expect, test } from 'vitest';
import { readSettings } from './read-settings.ts';

test.each([
  [undefined, false],
  ['', false],
  [' \t', false],
  ['7000000001:AA', true],
])('with the bot token %j there is a gateway: %s', (token, isSo) => {
  const env = token === undefined ? {} : { TELEGRAM_BOT_TOKEN: token };
  expect(readSettings(env, '/home/gary/bakerst').hasTelegram).toBe(isSo);
});

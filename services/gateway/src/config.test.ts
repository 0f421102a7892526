import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const ENV = { BAKERST_TOKEN: 'token-of-the-gateway', TELEGRAM_BOT_TOKEN: '1:token' };
const WEBHOOK = { TELEGRAM_WEBHOOK_URL: 'https://bot.example/telegram' };

test('a token of each side is all that is needed', () => {
  expect(readConfig(ENV)).toMatchObject({
    brainUrl: 'http://127.0.0.1:3000',
    telegram: { apiRoot: 'https://api.telegram.org', timeoutMs: 30_000, webhook: undefined },
  });
});

test.each([
  [{ BAKERST_TOKEN: '' }, 'BAKERST_TOKEN is missing'],
  [{ TELEGRAM_BOT_TOKEN: ' ' }, 'TELEGRAM_BOT_TOKEN is missing'],
  [{ TELEGRAM_API_ROOT: 'ftp://x' }, 'TELEGRAM_API_ROOT must be'],
  [{ TELEGRAM_TIMEOUT_MS: '0' }, 'TELEGRAM_TIMEOUT_MS must be'],
  [WEBHOOK, 'needs TELEGRAM_WEBHOOK_SECRET'],
  [{ ...WEBHOOK, TELEGRAM_WEBHOOK_SECRET: 'short' }, 'needs TELEGRAM_WEBHOOK_SECRET'],
])('%j is refused with what to change', (change, sentence) => {
  expect(() => readConfig({ ...ENV, ...change })).toThrow(sentence);
});

test('a webhook has its path from its address, and a secret', () => {
  const secret = 'a-secret-of-the-webhook';
  expect(readConfig({ ...ENV, ...WEBHOOK, TELEGRAM_WEBHOOK_SECRET: secret })).toMatchObject({
    telegram: { webhook: { path: '/telegram', port: 8_443, secret } },
  });
});

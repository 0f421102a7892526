import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSecrets } from './create-secrets.ts';
import { secretsIn } from './secrets-in.ts';

const KEY = 'sk-ant-"quoted"/and+more';

function hide(text: string, ...more: readonly string[]): string {
  return createSecrets([KEY, ...more]).redact(text);
}

test.each([
  ['as it is', `key ${KEY}!`, 'key [redacted]!'],
  ['in JSON', JSON.stringify({ key: KEY }), '{"key":"[redacted]"}'],
  ['in a URL', `/?key=${encodeURIComponent(KEY)}&n=1`, '/?key=[redacted]&n=1'],
  ['more than once', `${KEY} ${KEY}`, '[redacted] [redacted]'],
])('a secret %s is hidden', (_, text, hidden) => {
  expect(hide(text)).toBe(hidden);
});

test.each(['', 'a', 'ab', 'user:'])('in base64 behind "%s" nothing of it can be read', (before) => {
  for (const encoding of ['base64', 'base64url'] as const) {
    const hidden = hide(`Basic ${Buffer.from(`${before}${KEY}:x`).toString(encoding)}`);
    expect(hidden).toContain('[redacted]');
    const left = hidden.replace('Basic ', '').split('[redacted]');
    for (const rest of left) expect(rest.length).toBeLessThan(before.length * 2 + 8);
  }
});

test('whatever it is made of, a secret is found in all its forms', () => {
  const anything = fc.string({ minLength: 12, maxLength: 40, unit: 'grapheme' });
  fc.assert(
    fc.property(anything, anything, (secret, other) => {
      const secrets = createSecrets();
      secrets.add(secret);
      const encoded = Buffer.from(`${other}${secret}${other}`).toString('base64');
      for (const text of [secret, JSON.stringify(secret), encodeURIComponent(secret), encoded])
        expect(secrets.redact(`<${text}>`)).toContain('[redacted]');
    }),
  );
});

test('one secret that begins another does not leave the rest of that', () => {
  expect(hide('token-of-gary-2', 'token-of-gary', 'token-of-gary-2')).toBe('[redacted]');
});

test('one that was removed is seen again, unless it was added twice or another one contains it', () => {
  const secrets = createSecrets(['token-of-gary']);
  for (const secret of ['token-of-gary', 'token-of-anna', 'token-of-anna-2']) secrets.add(secret);
  for (const secret of ['token-of-gary', 'token-of-anna', 'never-added']) secrets.remove(secret);
  expect(secrets.redact('token-of-gary, token-of-anna, token-of-anna-2')).toBe(
    '[redacted], token-of-anna, [redacted]',
  );
});

test('one that is too short to be one hides nothing', () => {
  expect(hide('offline', 'offline')).toBe('offline');
});

test('secrets of an environment are known by their names, and passwords by their place', () => {
  const env = {
    AUTH_TOKEN: 'super-token',
    ANTHROPIC_API_KEY: ' sk-ant-1 ',
    NATS_URL: 'nats://brain:pass%2Fword@127.0.0.1:4222,nats://brain:other-one@10.0.0.1',
    HTTPS_PROXY: 'http://gary:proxy-password@proxy:3128',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:9000',
    CLAUDE_MODEL: 'claude',
    UNSET: undefined,
  };
  expect(secretsIn(env)).toEqual([
    'super-token',
    'sk-ant-1',
    'pass%2Fword',
    'pass/word',
    'other-one',
    'other-one',
    'proxy-password',
    'proxy-password',
  ]);
});

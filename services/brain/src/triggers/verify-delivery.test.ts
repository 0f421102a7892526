import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyDelivery } from './verify-delivery.ts';

const SECRET = 'sixteen-letters-x';
const NOW = 1_800_000_000_000;
const body = Buffer.from('{"a":1}');

function sign(text: string, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

function verify(
  preset: Parameters<typeof verifyDelivery>[0],
  headers: Record<string, string>,
  since = 0,
) {
  return verifyDelivery(preset, SECRET, { body, header: (name) => headers[name], now: NOW, since });
}

test('a signature counts for 300 s around now, over the time and the bytes, and is its own key', () => {
  const at = (offset: number, secret = SECRET) => {
    const stamp = String(NOW / 1_000 + offset);
    return {
      'x-bakerst-timestamp': stamp,
      'x-bakerst-signature': sign(`${stamp}.{"a":1}`, secret),
    };
  };
  expect(verify('generic', at(0))).toEqual({
    key: { text: at(0)['x-bakerst-signature'], isUndated: false },
  });
  expect(verify('generic', at(-300))).toBeDefined();
  expect(verify('generic', at(-301))).toBeUndefined();
  expect(verify('generic', at(301))).toBeUndefined();
  expect(verify('generic', at(0, 'another-secret-of-theirs'))).toBeUndefined();
  expect(verify('generic', at(-10), NOW)).toBeUndefined();
  expect(verify('generic', { ...at(0), 'x-bakerst-timestamp': '1' })).toBeUndefined();
  expect(verify('generic', { 'x-bakerst-signature': sign('.{"a":1}') })).toBeUndefined();
  expect(verify('generic', { authorization: `Bearer ${SECRET}` })).toBeUndefined();
});

test('GitHub signs the bytes alone', () => {
  const signature = sign('{"a":1}');
  expect(verify('github', { 'x-hub-signature-256': signature })).toEqual({
    key: { text: signature, isUndated: true },
  });
  expect(verify('github', { 'x-hub-signature-256': signature.slice(0, -1) })).toBeUndefined();
  expect(verify('github', {})).toBeUndefined();
});

test('others show a token', () => {
  for (const preset of ['alertmanager', 'grafana', 'home-assistant', 'token'] as const) {
    expect(verify(preset, { authorization: `Bearer ${SECRET}` })).toEqual({ key: undefined });
    expect(verify(preset, { 'x-bakerst-token': SECRET })).toEqual({ key: undefined });
    expect(verify(preset, { authorization: 'Bearer wrong' })).toBeUndefined();
    expect(verify(preset, {})).toBeUndefined();
  }
});

import { expect, test } from 'vitest';
import { createSecretBox } from './secret-box.ts';
import { isHideable, maskSecret } from './secret-mask.ts';

const boxOf = (byte: number) => {
  const key = Buffer.alloc(32, byte);
  return createSecretBox({ read: () => key, readOrMake: () => key });
};
const PLACE = { org: 'home', server: 'weather', field: 'authToken' };

test('a text comes back at its place, and is never sealed the same way twice', () => {
  const box = boxOf(1);
  const sealed = box.seal('hunter2 ü', PLACE);
  expect(box.open(sealed, PLACE)).toBe('hunter2 ü');
  expect(box.seal('hunter2 ü', PLACE)).not.toBe(sealed);
  expect(sealed).not.toContain(Buffer.from('hunter2').toString('base64').slice(0, 8));
});

test.each([
  ['another org', { ...PLACE, org: 'mill' }],
  ['another server', { ...PLACE, server: 'news' }],
  ['another field', { ...PLACE, field: 'env.API_KEY' }],
])('at %s it cannot be opened', (_what, place) => {
  const box = boxOf(1);
  expect(() => box.open(box.seal('hunter2', PLACE), place)).toThrow();
});

test('with another key, or changed, it cannot be opened', () => {
  const sealed = boxOf(1).seal('hunter2', PLACE);
  expect(() => boxOf(2).open(sealed, PLACE)).toThrow();
  const bytes = Buffer.from(sealed.slice(3), 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(() => boxOf(1).open(`v1.${bytes.toString('base64')}`, PLACE)).toThrow();
  expect(() => boxOf(1).open('v1.', PLACE)).toThrow();
});

test.each([
  ['short', '••••'],
  ['x'.repeat(15), '••••'],
  [`${'x'.repeat(12)}abcd`, '••••abcd'],
])('of %s is shown %s', (secret, mask) => {
  expect(maskSecret(secret)).toBe(mask);
});

test.each([
  ['hunter2', false],
  ['hunter2-hunter2', false],
  ['hunter2-hunter2-', true],
  ['get_tool_definitions', false],
  ['getToolDefinitions', false],
  ['Authorization-Token', false],
  ['CONVERSATION_TITLE', false],
  ['20261127101500000', false],
  ['qZxTbWnKpLvRsYdJ', true],
  ['postgres://gary:secret@db/shop', true],
  [`A${'a'.repeat(4_000)}1`, true],
  ['/srv/files/of/gary/2026', false],
  ['/Zk3vQ0sVt1xW9bL', true],
  ['/9j/4AAQSkZJRgABAQAAAQABAAD', true],
  ['https://example.org/2026/Minutes', false],
  ['https://gary:hunter22@example.org', true],
  ['two words 22 and more', false],
  ['sk-ant-nothing-but-letters', false],
  ['sk-ant-letters-and-4711', true],
])('%s is hidden wherever it shows up: %s', (secret, isHidden) => {
  expect(isHideable(secret)).toBe(isHidden);
});

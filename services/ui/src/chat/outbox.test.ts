import { expect, test } from 'vitest';
import { createOutbox, isLate, renew, toBeginKey, type Unsent } from './outbox.ts';

const HOUR_MS = 3_600_000;
const NOW = 100 * HOUR_MS;

function unsent(key: string, more: Partial<Unsent> = {}): Unsent {
  return {
    key,
    conversationId: null,
    message: key,
    attachments: [],
    onBusy: 'queue',
    at: NOW,
    ...more,
  };
}

test('what is written before the first message is stored goes into its conversation', () => {
  const first = { unsent: unsent('one'), state: 'sending' } as const;
  const second = { unsent: unsent('two', { beginKey: 'one' }), state: 'waiting' } as const;
  expect(toBeginKey([])).toBeUndefined();
  expect(toBeginKey([first])).toBe('one');
  expect(toBeginKey([first, second])).toBe('one');
  expect(toBeginKey([second])).toBe('one');
  expect(toBeginKey([{ ...first, state: 'refused' }])).toBeUndefined();
  const stored = { ...first, unsent: unsent('one', { conversationId: 'talk-1' }) };
  expect(toBeginKey([stored])).toBeUndefined();
});

test('what was left a day ago is kept, and is a message of its own when it is sent again', () => {
  const kept = new Map<string, string>();
  const outbox = createOutbox(
    {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
      removeItem: (key) => void kept.delete(key),
    },
    'home/gary',
  );
  const old = unsent('old', { at: NOW - 24 * HOUR_MS, beginKey: 'older' });
  outbox.put(old);
  outbox.put(unsent('new', { at: NOW - HOUR_MS }));
  expect(outbox.list().map((one) => [one.key, isLate(one, NOW)])).toEqual([
    ['old', true],
    ['new', false],
  ]);
  const renewed = renew(old, NOW);
  expect(renewed).toMatchObject({ message: 'old', at: NOW });
  expect(renewed).not.toHaveProperty('beginKey');
  expect(renewed.key).not.toBe('old');
});

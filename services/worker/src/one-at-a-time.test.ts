import { expect, test } from 'vitest';
import { createOneAtATime } from './one-at-a-time.ts';

test('each waits until the one before has left', async () => {
  const door = createOneAtATime();
  const never = new AbortController().signal;
  const order: string[] = [];
  const visit = async (name: string): Promise<void> => {
    using _turn = await door.enter('code', never);
    order.push(`${name} in`);
    await Promise.resolve();
    order.push(`${name} out`);
  };
  await Promise.all([visit('first'), visit('second'), visit('third')]);
  expect(order).toEqual([
    'first in',
    'first out',
    'second in',
    'second out',
    'third in',
    'third out',
  ]);
});

test('who stops waiting lets those behind go on', async () => {
  const door = createOneAtATime();
  const impatient = new AbortController();
  const first = await door.enter('code', new AbortController().signal);
  const second = door.enter('code', impatient.signal);
  const third = door.enter('code', new AbortController().signal);
  impatient.abort(new Error('enough'));
  first[Symbol.dispose]();
  await expect(second).rejects.toThrow('enough');
  (await third)[Symbol.dispose]();
});

test('those of another kind do not wait', async () => {
  const door = createOneAtATime();
  const never = new AbortController().signal;
  using _first = await door.enter('code', never);
  using other = await door.enter('http', never);
  expect(other).toBeDefined();
});

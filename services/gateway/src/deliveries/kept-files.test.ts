import { expect, test } from 'vitest';
import { createKeptFiles } from './kept-files.ts';

const file = (content: string) => ({
  name: 'a.md',
  mediaType: 'text/markdown',
  content,
  caption: 'a',
});
const open = (id: string) => ({ id, status: 'open' }) as const;

test('each delivery has its own file, also one that comes out before its id is known', async () => {
  const files = createKeptFiles();
  const made = Promise.withResolvers<ReturnType<typeof open>>();
  const first = files.keep(file('first'), () => made.promise);
  const found = files.find('one');
  await files.keep(file('second'), async () => open('two'));
  made.resolve(open('one'));
  await first;
  expect((await found)?.content).toBe('first');
  expect((await files.find('two'))?.content).toBe('second');
  expect(await files.find('three')).toBeUndefined();
});

test('a file is let go once it was sent, and not kept for a delivery that was', async () => {
  const files = createKeptFiles();
  await files.keep(file('first'), async () => open('one'));
  files.drop('one');
  expect(await files.find('one')).toBeUndefined();
  await files.keep(file('again'), async () => ({ id: 'one', status: 'sent' }));
  expect(await files.find('one')).toBeUndefined();
  await expect(
    files.keep(file('lost'), async () => await Promise.reject(new Error('away'))),
  ).rejects.toThrow('away');
  expect(await files.find('one')).toBeUndefined();
});

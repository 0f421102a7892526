import { expect, test } from 'vitest';
import { isSetUp, readUser, toName } from './people.ts';

test('somebody without a name is called by what there is', () => {
  const gary = { id: '77', name: 'Gary', username: 'gary' };
  expect(toName(gary)).toBe('Gary');
  expect(toName({ ...gary, name: ' ' })).toBe('@gary');
  expect(toName({ ...gary, name: '', username: null })).toBe('77');
});

test('a channel is set up once a gateway has served it', () => {
  const channel = { channel: 'telegram', access: 'list', open: 0 } as const;
  expect(isSetUp({ ...channel, bot: null, is_connected: false })).toBe(false);
  expect(isSetUp({ ...channel, bot: null, is_connected: true })).toBe(true);
  expect(isSetUp({ ...channel, bot: 'baker_bot', is_connected: false })).toBe(true);
});

test('a user is taken as it was written, or it is said what is wrong', () => {
  expect(readUser(' sara ')).toEqual({ user: 'sara', problem: undefined });
  for (const text of ['', 'sara b'])
    expect(readUser(text)).toEqual({
      user: undefined,
      problem: expect.stringContaining('must be'),
    });
});

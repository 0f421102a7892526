import { expect, test } from 'vitest';
import { CHANNEL_COMMANDS, COMMANDS } from './commands.ts';
import { openChat } from './commands-testing.ts';

const TALK = '0193c1d6-0000-7000-8000-000000000001';
const JOB = '0193c1d6-0000-7000-8000-000000000002';

test('no code is made where a group would read it', async () => {
  const names = CHANNEL_COMMANDS.map(({ name }) => name);
  expect(names).not.toContain('link');
  expect([...names, 'link']).toEqual(COMMANDS.map(({ name }) => name));
  const chat = openChat({ createChannelLink: { code: 'K7WQ2M9X', url: null } });
  await chat.give('/help', CHANNEL_COMMANDS);
  expect(chat.said[0]).not.toContain('/link');
  expect(await chat.give('/link', CHANNEL_COMMANDS)).toBe('failed');
  expect(chat.calls).toEqual([]);
});

test('a line that comes in again does nothing to what is there by then', async () => {
  const data = [{ seq: 9, role: 'user', run_id: 'later' }];
  const chat = openChat(
    {
      listRuns: { data: [{ id: 'later' }] },
      listMessages: { data },
      forkConversation: { id: JOB },
    },
    TALK,
  );
  const again = (noted: string) => ({ note: async () => noted, idempotencyKey: 'update-1' });
  await chat.give('/stop', COMMANDS, again(JOB));
  expect(chat.calls.at(-1)).toEqual(['haltRun', JOB]);
  await chat.give('/undo', COMMANDS, again(`${JOB}/4`));
  expect(chat.calls.at(-1)).toEqual([
    'forkConversation',
    JOB,
    { before_seq: 4 },
    { idempotencyKey: 'update-1' },
  ]);
});

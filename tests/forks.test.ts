import { isTerminalRun } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type System, startSystem } from './support/system.ts';

/** What the model was asked last, and what it waits for when it is told to. */
let asked: string[] = [];
let gate = Promise.withResolvers<void>();
let system: System;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: async ({ messages }) => {
      asked = messages.map(({ blocks }) => JSON.stringify(blocks));
      if (asked.at(-1)?.includes('slowly') === true) await gate.promise;
      return textReply(`answer ${messages.length}`);
    },
  });
});
afterAll(() => system[Symbol.asyncDispose]());

const PATIENCE = { timeout: 30_000 };

test('a conversation goes on from the middle in a new one, with what was said before and its files', async () => {
  const { owner } = system;
  const file = await owner.createAttachment(new Blob(['flour and water']));
  const { conversation_id: id } = await owner.chat({
    message: 'first',
    conversation_id: (await owner.createConversation({ title: 'Bread' })).id,
    attachments: [file.id],
  });
  await owner.chat({ message: 'second', conversation_id: id });
  await owner.changeConversation(id, { persona: 'tutor' });
  const fork = await owner.forkConversation(id, { before_seq: 3 }, { idempotencyKey: 'fork-1' });
  expect(fork).toMatchObject({
    ...{ title: 'Bread', message_count: 2, is_default: false, persona: 'tutor' },
  });
  expect(await owner.forkConversation(id, { before_seq: 3 }, { idempotencyKey: 'fork-1' })).toEqual(
    fork,
  );
  await owner.chat({ message: 'another second', conversation_id: fork.id });
  expect(asked).toHaveLength(3);
  expect(asked[0]).toContain('first');
  expect(asked[0]).toContain('"type":"other"');
  const { data } = await owner.listMessages(fork.id, { order: 'oldest' });
  expect(data.map(({ seq, content }) => [seq, content])).toEqual([
    [1, 'first'],
    [2, 'answer 1'],
    [3, 'another second'],
    [4, 'answer 3'],
  ]);
  expect(data[0]?.attachments).toMatchObject([{ id: file.id }]);
  expect((await owner.getConversation(id)).message_count).toBe(4);
  // Nothing before the first message is a conversation that has yet to begin.
  expect((await owner.forkConversation(id, { before_seq: 1 })).message_count).toBe(0);
  expect((await owner.forkConversation(id)).message_count).toBe(4);
  const refused = await owner.forkConversation(id, { before_seq: 0 }).catch((err: unknown) => err);
  expect(refused).toMatchObject({ status: 400 });
});

test('a message that waits can be seen, changed and taken back; one that has begun cannot', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation();
  const said = { conversation_id: id, on_busy: 'queue' } as const;
  const running = owner.chat({ message: 'go slowly', conversation_id: id });
  await vi.waitFor(() => expect(asked.at(-1)).toContain('slowly'), PATIENCE);
  await owner.queueChat({ message: 'what is bred', ...said });
  await owner.queueChat({ message: 'never mind', ...said });
  const { data } = await owner.listRuns({ status: 'queued', conversation_id: id });
  expect(data.map(({ message, position }) => [message, position])).toEqual([
    ['never mind', 2],
    ['what is bred', 1],
  ]);
  const [second, first] = data;
  if (first === undefined || second === undefined) throw new Error('two messages should wait');
  const change = { message: 'what is bread' };
  expect(await owner.changeQueuedMessage(first.id, change)).toMatchObject({
    status: 'queued',
    message: 'what is bread',
  });
  expect(await owner.haltRun(second.id)).toMatchObject({ status: 'halted' });
  expect((await owner.searchMessages('what is bread')).data).toHaveLength(1);
  gate.resolve();
  const { run_id: begun } = await running;
  await vi.waitFor(
    async () => expect(isTerminalRun((await owner.getRun(first.id)).status)).toBe(true),
    PATIENCE,
  );
  expect(asked.at(-1)).toContain('what is bread');
  for (const each of [begun, first.id, second.id])
    await expect(owner.changeQueuedMessage(each, change)).rejects.toMatchObject({ status: 409 });
  gate = Promise.withResolvers();
});

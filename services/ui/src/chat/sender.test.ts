import type { ChatInput } from '@bakerst/client';
import { ConversationId, type ConversationView, RunId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import type { Outbox, Unsent } from './outbox.ts';
import { createSender, toBeginKey } from './sender.ts';

const HOUR_MS = 3_600_000;
const NOW = 100 * HOUR_MS;
const RUN = RunId.parse('0193c1d6-0000-7000-8000-000000000009');

function unsent(key: string, more: Partial<Unsent> = {}): Unsent {
  const said = { message: key, attachments: [], onBusy: 'queue', at: NOW } as const;
  return { key, conversationId: null, ...said, attachments: [], ...more };
}

/** A sender at a brain that stores at once what it is told. */
function openSender(left: readonly Unsent[] = []) {
  const kept = new Map(left.map((one) => [one.key, one]));
  const outbox: Outbox = {
    list: () => [...kept.values()],
    put: (one) => void kept.set(one.key, one),
    remove: (key) => void kept.delete(key),
  };
  const begun = new Map<string, ConversationView>();
  const begin = (key: string): ConversationView => {
    const id = ConversationId.parse(`0193c1d6-0000-7000-8000-00000000000${begun.size}`);
    const made = begun.get(key) ?? {
      ...{ id, title: null, user_id: 'gary', is_default: false, pinned: false, archived: false },
      ...{ persona: null, model: null, message_count: 0, deleted_at: null },
      ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' },
    };
    begun.set(key, made);
    return made;
  };
  const told: { readonly input: ChatInput; readonly key: string }[] = [];
  const sender = createSender({
    outbox,
    now: () => NOW,
    onRefused: () => undefined,
    client: {
      createConversation: async (_, options) => begin(options?.idempotencyKey ?? ''),
      changeConversation: async () => begin(''),
    },
    streams: {
      async send(input, { key }) {
        told.push({ input, key });
        return { runId: RUN, conversationId: ConversationId.parse(input.conversation_id) };
      },
    },
  });
  return { sender, outbox, told };
}

test('what is written before the first message is stored goes into its conversation', async () => {
  const { sender, told } = openSender();
  const first = sender.send(unsent('one'));
  const beginKey = toBeginKey(sender.list());
  expect(beginKey).toBe('one');
  const second = sender.send(unsent('two', { beginKey }));
  expect(toBeginKey(sender.list())).toBe('one');
  expect((await second).conversationId).toBe((await first).conversationId);
  expect(told.map(({ key }) => key)).toEqual(['one', 'two']);
});

test('what was left a day ago is kept, and sent under a new key when that is wanted', async () => {
  const { sender, outbox, told } = openSender([
    unsent('old', { at: NOW - 24 * HOUR_MS }),
    unsent('new', { at: NOW - HOUR_MS }),
  ]);
  sender.resume();
  expect(sender.list().map(({ unsent: { key }, state }) => [key, state])).toEqual([
    ['old', 'refused'],
    ['new', 'sending'],
  ]);
  expect(outbox.list()).toHaveLength(2);
  sender.again('old');
  await expect.poll(() => told.length).toBe(2);
  expect(told[0]?.key).toBe('new');
  expect(told[1]).toMatchObject({ input: { message: 'old' } });
  expect(told[1]?.key).not.toBe('old');
  expect(outbox.list()).toEqual([]);
});

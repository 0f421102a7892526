import { AttachmentView, ConversationId, OrgId, RunId, UserId } from '@bakerst/contracts';
import type { ChannelMessage, NewDelivery } from '@bakerst/contracts/channels';
import { AppError, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createStanding } from '../brain.ts';
import type { Channel, ReceivedMessage, Sent } from '../channel.ts';
import { createMemoryChannel, toApiError, toTextDelivery } from '../testing.ts';
import { joinMessages } from './join-messages.ts';
import { type MessageDeps, takeMessage } from './take-message.ts';

const NO_ROOM = 'I have no room left to keep what you say. Please say it again later.';
const RUN = RunId.parse('0193c1d6-0000-7000-8000-000000000001');
const known = {
  status: 'known',
  org: OrgId.parse('home'),
  user_id: UserId.parse('gary'),
  conversation_id: null,
} as const;

const attachment = AttachmentView.parse({
  id: RUN,
  name: 'oven.jpg',
  kind: 'image',
  media_type: 'image/jpeg',
  size: 1,
  created_at: '2026-11-28T00:00:00.000Z',
});

function openBrain() {
  const messages: [string | undefined, ChannelMessage][] = [];
  const texts = new Map<string, NewDelivery>();
  const brain: MessageDeps['brain'] = {
    identifySender: async () => known,
    claimChannelLink: async () => known,
    createAttachment: async () => {
      throw new Error('no file is here');
    },
    async createDelivery(_channel, wanted) {
      const first = texts.get(wanted.key) ?? wanted;
      texts.set(wanted.key, first);
      return toTextDelivery(wanted.key, { content: { type: 'text', text: first.text } });
    },
    async receiveChannelMessage(_channel, message, options) {
      messages.push([options?.idempotencyKey, message]);
      return { run_id: RUN, conversation_id: ConversationId.parse(RUN), status: 'running' };
    },
  };
  return { brain, messages, told: () => [...texts.values()].map(({ text }) => text) };
}

function openDesk(brain: MessageDeps['brain'], send?: Channel['send']) {
  const clock = createFakeClock();
  const { list, ...memory } = createMemoryChannel();
  const channel = { ...memory.channel, ...(send !== undefined && { send }) };
  const standing = createStanding(silentLogger);
  const stopping = new AbortController().signal;
  const deps = { brain, channel, clock, standing, stopping, log: silentLogger };
  return {
    clock,
    standing,
    list,
    take: (message: ReceivedMessage) =>
      takeMessage({ ...deps, runCommand: async () => false }, message),
  };
}

const toMessage = (key: string, more: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  type: 'message',
  key,
  sender: { id: '4201', name: 'Gary' },
  chat: { id: '4201', kind: 'direct' },
  messageId: '1',
  text: `text of ${key}`,
  files: [],
  strange: undefined,
  ...more,
});

test.each([
  [403, 'FORBIDDEN'],
  [404, 'PATH_NOT_FOUND'],
  [404, undefined],
])(
  'while the brain refuses whoever asks (%i %s) nothing is given up, and that is told',
  async (status, reason) => {
    const { brain, messages } = openBrain();
    let isRefused = true;
    const desk = openDesk({
      ...brain,
      identifySender: async () =>
        isRefused ? await Promise.reject(toApiError(status, reason)) : known,
    });
    const taken = desk.take(toMessage('one'));
    await desk.clock.advance(60_000);
    expect(desk.standing.isRefused()).toBe(true);
    expect(messages).toEqual([]);
    isRefused = false;
    await desk.clock.advance(60_000);
    await taken;
    expect(messages).toHaveLength(1);
    expect(desk.standing.isRefused()).toBe(false);
  },
);

test('a full disk of the brain is told past the brain', async () => {
  const { brain } = openBrain();
  const full = () => Promise.reject(toApiError(507));
  const desk = openDesk({ ...brain, receiveChannelMessage: full, createDelivery: full });
  await desk.take(toMessage('one'));
  expect(desk.list().map(({ text }) => text)).toEqual([NO_ROOM]);
});

test('what could not be noted on a full disk is not done, and nobody is told the note', async () => {
  const { brain, messages } = openBrain();
  const desk = openDesk({ ...brain, createDelivery: () => Promise.reject(toApiError(507)) });
  await desk.take(joinMessages(toMessage('1'), toMessage('2')));
  expect(messages).toEqual([]);
  expect(desk.list().map(({ text }) => text)).toEqual([NO_ROOM]);
});

test('a full disk is told as soon as the channel takes that', async () => {
  const { brain } = openBrain();
  const full = () => Promise.reject(toApiError(507));
  const texts: string[] = [];
  const answers: Sent[] = [
    { status: 'not_sent', why: '429', retryAfterMs: 30_000 },
    { status: 'not_sent', why: 'no connection' },
  ];
  const desk = openDesk({ ...brain, identifySender: full, createDelivery: full }, async (_, to) => {
    texts.push(to.text.text);
    return answers.shift() ?? { status: 'sent', messageId: '1' };
  });
  const taken = desk.take(toMessage('one'));
  for (const [ms, count] of [
    [0, 1],
    [29_999, 1],
    [1, 2],
    [5_000, 3],
  ] as const) {
    await desk.clock.advance(ms);
    expect(texts).toHaveLength(count);
  }
  await taken;
  expect(new Set(texts)).toEqual(new Set([NO_ROOM]));
});

test('a file that never comes holds up its chat for two minutes, and that is told', async () => {
  const { brain, told } = openBrain();
  const desk = openDesk(brain);
  const stuck = { name: 'oven.jpg', size: 1, download: () => new Promise<never>(() => undefined) };
  const taken = desk.take(toMessage('one', { files: [stuck] }));
  await desk.clock.advance(0);
  await desk.clock.advance(120_000);
  await taken;
  expect(told()).toEqual([expect.stringContaining('oven.jpg could not be fetched')]);
});

test('a file that is given up for the sake of others is not asked for again, and that is told', async () => {
  const { brain, told } = openBrain();
  let tries = 0;
  const download = async () => {
    tries += 1;
    throw new AppError('TIMEOUT_ERROR', 'others wait');
  };
  const files = [{ name: 'oven.jpg', size: 1, download }];
  await openDesk(brain).take(toMessage('one', { files }));
  expect(tries).toBe(1);
  expect(told()).toEqual([expect.stringContaining('oven.jpg could not be fetched')]);
});

test('a piece of an album that came too late for the first time is a message of its own', async () => {
  const { brain, messages } = openBrain();
  const { take } = openDesk(brain);
  const [one, two, three] = [toMessage('1'), toMessage('2'), toMessage('3')];
  await take(joinMessages(one, two));
  await take(joinMessages(one, two, three));
  expect(messages.map(([key, { text }]) => [key, text])).toEqual([
    ['1', 'text of 1\ntext of 2'],
    ['1', 'text of 1\ntext of 2'],
    ['3', 'text of 3'],
  ]);
});

test('what a message replies to is said before it, and is no part of a command', async () => {
  const { brain, messages } = openBrain();
  const { take } = openDesk(brain);
  const repliesTo = '[In reply to Anna]\n> /link ABCDEFGH';
  await take(toMessage('one', { text: 'what is this?', repliesTo }));
  await take(toMessage('two', { text: '', repliesTo }));
  expect(messages.map(([, { text }]) => text)).toEqual([
    `${repliesTo}\n\nwhat is this?`,
    repliesTo,
  ]);
});

test.each([
  [0, 1],
  [1, 0],
])(
  'a key that the brain knows with another content and %i files: %i answers',
  async (count, answers) => {
    const { brain, told } = openBrain();
    const desk = openDesk({
      ...brain,
      createAttachment: async () => attachment,
      receiveChannelMessage: () =>
        Promise.reject(toApiError(422, undefined, 'IDEMPOTENCY_MISMATCH')),
    });
    const oven = { name: 'oven.jpg', size: 1, download: async () => new Uint8Array([1]) };
    await desk.take(toMessage('one', { files: Array.from({ length: count }, () => oven) }));
    expect(told()).toHaveLength(answers);
  },
);

test.each([
  ['a code that counted', 'refused', 'CODE_IN_GROUP', 'Others have read that code here'],
  ['no code, of a stranger', 'refused', 'CODE_NOT_VALID', undefined],
  ['no code, of somebody known', 'known', 'CODE_NOT_VALID', 'Please send that to me directly.'],
] as const)('in a group the brain is told of %s', async (...row) => {
  const [, status, reason, answer] = row;
  const { brain, told } = openBrain();
  const { take } = openDesk({
    ...brain,
    identifySender: async () => (status === 'known' ? known : { status }),
    claimChannelLink: () => Promise.reject(toApiError(404, reason)),
  });
  await take(toMessage('one', { text: '/link ABCDEFGH', chat: { id: '-1', kind: 'group' } }));
  expect(told()).toEqual(answer === undefined ? [] : [expect.stringContaining(answer)]);
});

test('whoever has sent too many wrong codes hears nothing more, and holds up nobody', async () => {
  const { brain, told } = openBrain();
  const claimChannelLink = () => Promise.reject(toApiError(429, 'TOO_MANY_CODES'));
  await openDesk({ ...brain, claimChannelLink }).take(toMessage('one', { text: '/link ABCDEFGH' }));
  expect(told()).toEqual([]);
});

test('a code that the brain has no room to count is answered', async () => {
  const { brain, told } = openBrain();
  const claimChannelLink = () => Promise.reject(toApiError(507));
  await openDesk({ ...brain, claimChannelLink }).take(toMessage('one', { text: '/link ABCDEFGH' }));
  expect(told()).toEqual([expect.stringContaining('no room')]);
});

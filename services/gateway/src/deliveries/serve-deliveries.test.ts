import { silentLogger } from '@bakerst/kit';
import { countingIds, createFakeClock, type FakeClock } from '@bakerst/kit/testing';
import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { createStanding } from '../brain.ts';
import type { Channel } from '../channel.ts';
import { createMemoryChannel, createMemoryOutbox, toApiError, toTextDelivery } from '../testing.ts';
import { createWork } from './delivery-work.ts';
import { createKeptFiles } from './kept-files.ts';
import { createQueueLooks } from './queue-looks.ts';
import { serveDeliveries } from './serve-deliveries.ts';
import { createTurns } from './turns.ts';

const stopping = new AbortController();

type Outbox = ReturnType<typeof createMemoryOutbox>;

function toDeps(outbox: Pick<Outbox, 'brain'>, channel: Channel, clock: FakeClock) {
  return {
    brain: { ...outbox.brain, ...NO_RUNS },
    channel,
    bot: 'baker_bot',
    newId: countingIds(),
    files: createKeptFiles(),
    standing: createStanding(silentLogger),
    ending: new AbortController().signal,
    onServing: () => undefined,
    receive: async () => undefined,
    clock,
    log: silentLogger,
  };
}

/** Nobody asks for one here. */
const NO_RUNS = {
  getRun: () => Promise.reject(toApiError(404)),
  listJobs: () => Promise.reject(toApiError(404)),
  async *followRun() {
    yield* [];
  },
};

test('of two gateways in turn the first one comes back as somebody else: its intent is of before', async () => {
  const clock = createFakeClock();
  const outbox = createMemoryOutbox();
  const chat = createMemoryChannel();
  const lost = Promise.withResolvers<never>();
  let isLost = true;
  const channel: Channel = {
    ...chat.channel,
    send: async (...about) => (isLost ? await lost.promise : await chat.channel.send(...about)),
  };
  const stop = new AbortController();
  const serving = serveDeliveries(toDeps(outbox, channel, clock), stop.signal);
  await clock.advance(0);
  outbox.tell({ type: 'delivery', delivery: toTextDelivery('one') });
  await clock.advance(0);
  expect(outbox.reports).toEqual(['sending one/0']);
  // The other one comes, does nothing, and goes.
  const other = outbox.brain.watchDeliveries('telegram', { holder: 'other' });
  await other.next();
  lost.reject(new Error('broken off'));
  isLost = false;
  await clock.advance(0);
  outbox.leave();
  await clock.advance(10_000);
  outbox.tell({ type: 'delivery', delivery: toTextDelivery('one') });
  await clock.advance(0);
  expect(new Set(outbox.holders).size).toBe(3);
  expect(chat.list().map(({ text }) => text)).toEqual(['(This may be a repeat.)\ntext of one']);
  stop.abort(new Error('the test ends'));
  await clock.advance(0);
  await serving;
});

test('what is said is received by the gateway that serves, and by no other', async () => {
  const clock = createFakeClock();
  const outbox = createMemoryOutbox();
  const turns: AbortSignal[] = [];
  const receive = async (turn: AbortSignal) => void turns.push(turn);
  const stop = new AbortController();
  const deps = { ...toDeps(outbox, createMemoryChannel().channel, clock), receive };
  const serving = serveDeliveries(deps, stop.signal);
  await clock.advance(0);
  const isReceiving = () => turns.map(({ aborted }) => !aborted);
  expect(isReceiving()).toEqual([true]);
  const other = outbox.brain.watchDeliveries('telegram', { holder: 'other' });
  await other.next();
  await clock.advance(20_000);
  expect(isReceiving()).toEqual([false]);
  outbox.leave();
  await clock.advance(10_000);
  expect(isReceiving()).toEqual([false, true]);
  stop.abort(new Error('the test ends'));
  await clock.advance(0);
  await serving;
});

test('few messages are under way at once: no more may come twice should the gateway die', async () => {
  const clock = createFakeClock();
  const outbox = createMemoryOutbox();
  const chat = createMemoryChannel();
  const release = Promise.withResolvers<void>();
  const channel: Channel = {
    ...chat.channel,
    send: async (...about) => {
      await release.promise;
      return await chat.channel.send(...about);
    },
  };
  const stop = new AbortController();
  const serving = serveDeliveries(toDeps(outbox, channel, clock), stop.signal);
  await clock.advance(0);
  for (let i = 0; i < 20; i += 1) {
    const delivery = toTextDelivery(`of-${i}`, { chat: { id: String(i), kind: 'direct' } });
    outbox.tell({ type: 'delivery', delivery });
  }
  await clock.advance(0);
  expect(outbox.reports).toHaveLength(8);
  release.resolve();
  await clock.advance(0);
  expect(chat.list()).toHaveLength(20);
  stop.abort(new Error('the test ends'));
  await clock.advance(0);
  await serving;
});

function openWork(outbox: Pick<Outbox, 'brain'>, channel: Channel) {
  const clock = createFakeClock();
  const deps = toDeps(outbox, channel, clock);
  const looks = createQueueLooks(clock);
  const pass = { ...deps, holder: 'only', limit: pLimit(8), looks, turns: createTurns() };
  const work = createWork(pass, { signal: stopping.signal, fence: () => undefined });
  return { clock, work };
}

function openOutbox() {
  const outbox = createMemoryOutbox();
  outbox.holders.push('only');
  return outbox;
}

test('what is withdrawn ends quietly, also when it is closed as it is about to be sent', async () => {
  const outbox = openOutbox();
  const chat = createMemoryChannel();
  const gate = Promise.withResolvers<void>();
  const channel: Channel = {
    ...chat.channel,
    inTurn: async (_chat, act) => {
      await gate.promise;
      return await act();
    },
  };
  const { work } = openWork(outbox, channel);
  work.begin(toTextDelivery('one'));
  work.withdraw('one');
  gate.resolve();
  await work.ended();
  expect(outbox.reports).toEqual([]);
  const closed = {
    ...outbox.brain,
    reportDelivery: () => Promise.reject(toApiError(409, 'DELIVERY_CLOSED')),
  };
  const next = openWork({ brain: closed }, channel);
  next.work.begin(toTextDelivery('two'));
  await next.work.ended();
  expect(chat.list()).toEqual([]);
});

test('texts of one chat go one after the other, those of another chat at once', async () => {
  const outbox = openOutbox();
  const chat = createMemoryChannel();
  const gate = Promise.withResolvers<void>();
  const channel: Channel = {
    ...chat.channel,
    async send(to, message) {
      if (message.text.text.includes('one')) await gate.promise;
      return await chat.channel.send(to, message);
    },
  };
  const { clock, work } = openWork(outbox, channel);
  const note = { type: 'text', text: '[noted]: #run-1' } as const;
  work.begin(toTextDelivery('one'));
  work.begin(toTextDelivery('note', { content: note }));
  work.begin(toTextDelivery('two'));
  work.begin(toTextDelivery('three', { chat: { id: '77', kind: 'direct' } }));
  await clock.advance(0);
  expect(chat.list().map(({ text }) => text)).toEqual(['text of three']);
  gate.resolve();
  await work.ended();
  expect(chat.list().map(({ text }) => text)).toEqual([
    'text of three',
    'text of one',
    'text of two',
  ]);
});

test('a delivery that cannot be read is told of as failed, once', async () => {
  const clock = createFakeClock();
  const outbox = createMemoryOutbox();
  const stop = new AbortController();
  const deps = toDeps(outbox, createMemoryChannel().channel, clock);
  const serving = serveDeliveries(deps, stop.signal);
  await clock.advance(0);
  for (const id of ['one', 'one', 'two']) outbox.tell({ type: 'unreadable', id });
  await clock.advance(0);
  expect(outbox.reports).toEqual(['failed one', 'failed two']);
  stop.abort(new Error('the test ends'));
  await clock.advance(0);
  await serving;
});

test.each([
  [401, /credential/],
  [503, /does not answer/],
])('a brain that answers %i is told of once, and that it serves again', async (status, advice) => {
  const clock = createFakeClock();
  const outbox = createMemoryOutbox();
  const told: string[] = [];
  const tell = (_about: unknown, text = '') => void told.push(text);
  const log = { ...silentLogger, warn: tell, info: tell };
  let isAway = true;
  const away = { ...outbox.brain, ...NO_RUNS };
  const brain: typeof away = {
    ...away,
    async *watchDeliveries(...about) {
      if (isAway) throw toApiError(status);
      yield* outbox.brain.watchDeliveries(...about);
    },
  };
  const stop = new AbortController();
  const deps = { ...toDeps(outbox, createMemoryChannel().channel, clock), brain, log };
  const serving = serveDeliveries(deps, stop.signal);
  await clock.advance(1_500);
  expect(told).toEqual([]);
  await clock.advance(20_000);
  expect(told).toEqual([expect.stringMatching(advice)]);
  isAway = false;
  await clock.advance(1_000);
  expect(told.at(-1)).toBe('brain serves the channel again');
  stop.abort(new Error('the test ends'));
  await clock.advance(0);
  await serving;
});

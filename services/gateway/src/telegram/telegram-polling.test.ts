import { silentLogger } from '@bakerst/kit';
import { createFakeClock, settle } from '@bakerst/kit/testing';
import { GrammyError, HttpError } from 'grammy';
import type { Update } from 'grammy/types';
import { expect, test } from 'vitest';
import { TurnLost } from '../channel.ts';
import { pollUpdates } from './telegram-polling.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const noop = (): void => undefined;
const deleteWebhook = async () => true as const;

interface Server {
  /** Answers an offset that lies in the future with nothing, instead of from the head of its queue. */
  readonly isStrict?: boolean;
}

/** Polls a server in memory, which never waits for longer than its clock says. */
async function openPolling(take: (id: number) => Promise<void>, { isStrict = false }: Server = {}) {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const asked: number[] = [];
  let fulls = 0;
  let queue: Update[] = [];
  let next = 0;
  const api = {
    deleteWebhook,
    async getUpdates({ offset = 0, limit = 100, timeout = 0 } = {}) {
      asked.push(offset);
      const from = offset > next && !isStrict ? 0 : offset;
      queue = queue.filter(({ update_id: id }) => id >= from);
      if (queue.length === 0 && timeout > 0)
        await clock.sleep(timeout * 1000, stopping.signal).catch(() => undefined);
      return queue.slice(0, limit);
    },
  };
  const onFull = (): void => {
    fulls += 1;
  };
  const deps = { api, onFull, onReceiving: noop, clock, log: silentLogger };
  const ended = pollUpdates(
    { ...deps, take: async ({ update_id: id }) => await take(id) },
    stopping.signal,
  );
  await settle();
  return {
    clock,
    asked,
    fulls: () => fulls,
    /** Of what it had before nothing is left. */
    tell(...ids: readonly number[]): void {
      queue = ids.map((id) => ({ update_id: id }));
      next = (ids.at(-1) ?? 0) + 1;
    },
    stop: async (reason?: Error) => {
      stopping.abort(reason);
      await ended;
    },
  };
}

test('updates whose numbers fall back are taken, and confirmed by their own', async () => {
  const taken: number[] = [];
  const { clock, asked, tell, stop } = await openPolling(async (id) => void taken.push(id));
  tell(900);
  await clock.advance(60_000);
  tell(100, 101);
  await clock.advance(60_000);
  expect(taken).toEqual([900, 100, 101]);
  expect(asked.at(-1)).toBe(102);
  await stop();
});

test('what waits of the numbers before holds nothing up, and confirms nothing', async () => {
  const taken: number[] = [];
  const slow = Promise.withResolvers<void>();
  const { clock, asked, tell, stop } = await openPolling(async (id) => {
    taken.push(id);
    if (id === 900) await slow.promise;
  });
  tell(900);
  await clock.advance(60_000);
  expect(asked.at(-1)).toBe(900);
  tell(100);
  await clock.advance(60_000);
  expect(asked.at(-1)).toBe(101);
  slow.resolve();
  await clock.advance(60_000);
  expect(taken).toEqual([900, 100]);
  expect(asked.at(-1)).toBe(101);
  await stop();
});

test('at the end what was taken is confirmed, but not where another gateway has taken over', async () => {
  for (const [reason, last] of [
    [undefined, 101],
    [new TurnLost(), 100],
  ] as const) {
    const taken = Promise.withResolvers<void>();
    const { clock, asked, tell, stop } = await openPolling(() => taken.promise);
    tell(100);
    await clock.advance(30_000);
    expect(asked.at(-1)).toBe(100);
    const count = asked.length;
    // Nobody waits for what is under way then.
    if (reason === undefined) taken.resolve();
    await stop(reason);
    expect([asked.at(-1), asked.length - count]).toEqual([last, reason === undefined ? 1 : 0]);
  }
});

test('a server that tells the same again and again is not asked without a pause', async () => {
  const clock = createFakeClock();
  const stopping = new AbortController();
  let calls = 0;
  const getUpdates = async () => {
    calls += 1;
    if (calls > 1_000) stopping.abort();
    return [{ update_id: 900 }];
  };
  const told = { take: async () => undefined, onFull: noop, onReceiving: noop };
  const deps = { ...told, clock, log: silentLogger, api: { deleteWebhook, getUpdates } };
  const ended = pollUpdates(deps, stopping.signal);
  await settle();
  await clock.advance(10_000);
  expect(calls).toBeLessThan(60);
  stopping.abort();
  await ended;
});

test('after a day of silence it is asked without an offset, which a strict server answers', async () => {
  const taken: number[] = [];
  const server = { isStrict: true };
  const { clock, asked, tell, stop } = await openPolling(async (id) => void taken.push(id), server);
  tell(900);
  await clock.advance(DAY_MS - 60_000);
  expect(asked.at(-1)).toBe(901);
  await clock.advance(120_000);
  expect(asked.at(-1)).toBe(0);
  tell(100);
  await clock.advance(60_000);
  expect(taken).toEqual([900, 100]);
  expect(asked.at(-1)).toBe(101);
  await stop();
});

test.each([
  [99, false],
  [100, true],
])('that %i updates wait is told as full: %s', async (count, isFull) => {
  const slow = Promise.withResolvers<void>();
  const { clock, tell, fulls, stop } = await openPolling(() => slow.promise);
  tell(...Array.from({ length: count }, (_, index) => 900 + index));
  await clock.advance(60_000);
  expect(fulls() > 0).toBe(isFull);
  slow.resolve();
  await stop();
});

test.each([
  [401, 'Unauthorized', 0],
  [409, 'Conflict: terminated by other getUpdates request', 0],
  [409, "Conflict: can't use getUpdates method while webhook is active", 1],
])('a refusal for good is told until updates come: %i %s', async (status, description, removed) => {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const told: boolean[] = [];
  let refusals = 1;
  let removals = 0;
  const api = {
    async getUpdates() {
      const answer = { ok: false, error_code: status, description } as const;
      if (refusals-- > 0) throw new GrammyError(description, answer, 'getUpdates', {});
      await clock.sleep(1_000, stopping.signal).catch(noop);
      return [];
    },
    async deleteWebhook() {
      removals += 1;
      return true as const;
    },
  };
  const onReceiving = (isReceiving: boolean) => void told.push(isReceiving);
  const deps = { api, clock, log: silentLogger, take: async () => undefined, onFull: noop };
  const ended = pollUpdates({ ...deps, onReceiving }, stopping.signal);
  await clock.advance(0);
  expect(told).toEqual([false]);
  expect(removals).toBe(removed);
  await clock.advance(62_000);
  expect(told.at(-1)).toBe(true);
  stopping.abort();
  await ended;
});

test('that Telegram is away is told at its second failure, and that it is back', async () => {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const told: boolean[] = [];
  let isAway = true;
  const getUpdates = async () => {
    if (isAway) throw new HttpError('no answer', new Error('ECONNRESET'));
    await clock.sleep(1_000, stopping.signal).catch(noop);
    return [];
  };
  const onReceiving = (isReceiving: boolean) => void told.push(isReceiving);
  const deps = { clock, log: silentLogger, take: async () => undefined, onFull: noop, onReceiving };
  const ended = pollUpdates({ ...deps, api: { deleteWebhook, getUpdates } }, stopping.signal);
  await clock.advance(0);
  expect(told).toEqual([]);
  await clock.advance(1_000);
  expect(told).toEqual([false]);
  isAway = false;
  await clock.advance(5_000);
  expect(told.at(-1)).toBe(true);
  stopping.abort();
  await ended;
});

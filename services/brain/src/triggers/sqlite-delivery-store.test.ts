import { expect, test } from 'vitest';
import type { NewDelivery } from './ports.ts';
import { bell, openBell } from './sqlite-triggers-testing.ts';

const ring = (key: string): NewDelivery => ({
  prepared: { kind: 'fires', action: bell.action },
  payloadText: '{}',
  key: { text: key, isUndated: false },
  requestId: key,
});

test('the same delivery at two brains at a time is one', async () => {
  using house = openBell();
  const brains = [house.openBrain(), house.openBrain()];
  const all = await Promise.all(
    brains.map(({ deliveries }) => deliveries.receive(bell, ring('1'))),
  );
  expect(all.map(({ isKnown }) => isKnown).toSorted()).toEqual([false, true]);
  expect(new Set(all.map(({ delivery }) => delivery.id)).size).toBe(1);
  expect(house.count('SELECT count(*) FROM run')).toBe(1);
});

test('one is on at a time, 500 wait, and who sends more is told to wait; what passes no filter is noted', async () => {
  using house = openBell();
  const { deliveries } = house.openBrain();
  for (let i = 0; i < 501; i++) await deliveries.receive(bell, ring(String(i)));
  expect(house.count(`SELECT count(*) FROM firing WHERE status = 'waiting'`)).toBe(500);
  await expect(deliveries.receive(bell, ring('one more'))).rejects.toMatchObject({
    code: 'QUEUE_DEPTH_EXCEEDED',
    retryAfterMs: 60_000,
  });
  expect((await deliveries.receive(bell, ring('7'))).isKnown).toBe(true);
  const filtered = { ...ring('filtered'), prepared: { kind: 'filtered' } } as const;
  expect((await deliveries.receive(bell, filtered)).delivery.status).toBe('filtered');
  // Once it has ended there is room again.
  house.run(`UPDATE run SET status = 'completed' WHERE status = 'queued'`);
  expect(await house.openBrain().firings.fireWaiting()).toHaveLength(1);
  expect((await deliveries.receive(bell, ring('one more'))).delivery.status).toBe('waiting');
});

test('a delivery without a time is known for good, when its row is long gone', async () => {
  using house = openBell();
  const { deliveries, firings } = house.openBrain();
  const push = { ...ring('push'), key: { text: 'push', isUndated: true } };
  const { delivery } = await deliveries.receive(bell, push);
  const dated = await deliveries.receive(bell, ring('dated'));
  house.run(`UPDATE firing SET status = 'fired'`);
  await firings.prune(house.clock.now() + 1);
  expect(house.count('SELECT count(*) FROM firing')).toBe(0);
  const again = await deliveries.receive(bell, push);
  expect(again).toEqual({
    delivery: { id: delivery.id, status: 'fired' },
    isKnown: true,
    fired: [],
  });
  expect((await deliveries.receive(bell, ring('dated'))).delivery.id).not.toBe(dated.delivery.id);
});

test('those that are refused for a reason are one row for each minute', async () => {
  using house = openBell();
  const { deliveries } = house.openBrain();
  for (let i = 0; i < 50; i++) await deliveries.noteRefused(bell, 'RATE_LIMIT_EXCEEDED');
  await deliveries.noteRefused(bell, 'TRIGGER_PAUSED');
  await house.clock.advance(60_000);
  await deliveries.noteRefused(bell, 'RATE_LIMIT_EXCEEDED');
  const shown = deliveries.listDeliveries(bell, { beforeSeq: undefined, limit: 9 });
  expect(shown.map(({ reason, count, hasPayload }) => [reason, count, hasPayload])).toEqual([
    ['RATE_LIMIT_EXCEEDED', 1, false],
    ['TRIGGER_PAUSED', 1, false],
    ['RATE_LIMIT_EXCEEDED', 50, false],
  ]);
});

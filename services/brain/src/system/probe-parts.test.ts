import type { PartHealth } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { type Probes, probeParts } from './probe-parts.ts';

const OK: PartHealth = { status: 'ok' };

function probesWith(more: Partial<Probes>): Probes {
  const ok = () => OK;
  return {
    ...{ brain: ok, nats: ok, db: ok, qdrant: ok, memory: ok, model: ok },
    ...{ workers: ok, prompts: ok, channels: ok, ...more },
  };
}

function probe(more: Partial<Probes>) {
  const clock = createFakeClock();
  return { clock, done: probeParts({ clock, log: silentLogger }, probesWith(more)) };
}

test('parts that never answer are down after three seconds, all at once', async () => {
  const never = () => new Promise<PartHealth>(() => undefined);
  const { clock, done } = probe({ nats: never, qdrant: never });
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  await clock.advance(2_999);
  expect(isDone).toBe(false);
  await clock.advance(1);
  const late = { status: 'down', detail: 'no answer within 3 s' };
  expect(await done).toMatchObject({ status: 'down', nats: late, qdrant: late, db: OK });
});

test('what a probe throws is not shown', async () => {
  const { done } = probe({
    db() {
      throw new Error('cannot open /home/gary/data/bakerst.db');
    },
  });
  const health = await done;
  expect(health).toMatchObject({ status: 'down', db: { status: 'down' } });
  expect(JSON.stringify(health)).not.toContain('gary');
});

test.each([
  ['what is not used does no harm', { qdrant: 'off', model: 'off' }, 'ok'],
  ['one part that is worse makes the whole worse', { db: 'degraded' }, 'degraded'],
  ['without workers some of it goes on', { workers: 'down' }, 'degraded'],
  ['without NATS nothing does', { nats: 'down' }, 'down'],
] as const)('%s', async (_, statuses, whole) => {
  const probes = Object.entries(statuses).map(([part, status]) => [part, () => ({ status })]);
  expect((await probe(Object.fromEntries(probes)).done).status).toBe(whole);
});

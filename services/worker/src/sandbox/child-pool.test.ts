import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { ChildPool, type PooledChild } from './child-pool.ts';

const { signal } = new AbortController();

/** A pool whose first children never come up, though they can be killed. */
function openPool(stuck: number) {
  const clock = createFakeClock();
  let started = 0;
  const start = (): PooledChild => {
    started++;
    const ready = Promise.withResolvers<boolean>();
    const exited = Promise.withResolvers<string>();
    if (started > stuck) ready.resolve(true);
    return {
      pid: started,
      ready: ready.promise,
      exited: exited.promise,
      kill() {
        ready.resolve(false);
        exited.resolve('SIGKILL');
      },
    };
  };
  const pool = new ChildPool({ clock, log: silentLogger, start, maxChildren: 4 });
  return { clock, pool };
}

test('whoever waits for a child that does not come up gets another one', async () => {
  const { clock, pool } = openPool(2);
  const lease = pool.lease({ user: 'gary' }, signal);
  await clock.advance(11_000);
  await clock.advance(11_000);
  expect((await lease)?.child.pid).toBe(3);
});

test('when no child ever comes up, waiting ends', async () => {
  const { clock, pool } = openPool(Number.POSITIVE_INFINITY);
  const lease = pool.lease({ user: 'gary' }, signal);
  for (let i = 0; i < 4; i++) await clock.advance(11_000);
  expect(await lease).toBeUndefined();
});

import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import type { Received } from '../channel.ts';
import { takeAtLast } from './take-at-last.ts';

function take(type: Received['type'], failures: number) {
  const clock = createFakeClock();
  let tries = 0;
  const deps = {
    clock,
    log: silentLogger,
    stopping: new AbortController().signal,
    take: async () => {
      tries += 1;
      if (tries <= failures) throw new Error('a bug');
    },
  };
  const taken = takeAtLast(deps, { type, key: 'telegram:1:1' } as Received).then(
    () => 'taken',
    () => 'given up',
  );
  return { clock, taken, tries: () => tries };
}

test.each([
  ['message', 0, 1, 'taken'],
  ['message', 3, 4, 'taken'],
  ['message', 99, 6, 'given up'],
  ['press', 1, 1, 'given up'],
] as const)('a %s that fails %i times is tried %i times and %s', async (...row) => {
  const [type, failures, times, end] = row;
  const { clock, taken, tries } = take(type, failures);
  for (let i = 0; i < 6; i += 1) {
    await clock.advance(0);
    await clock.advance(40_000);
  }
  expect(await taken).toBe(end);
  expect(tries()).toBe(times);
});

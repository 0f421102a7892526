import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { awaitPage, isProcessAlive } from './await-page.ts';

const never = new AbortController().signal;

function follow(isAlive: () => boolean) {
  const clock = createFakeClock();
  let isOver = false;
  const deps = { clock, log: silentLogger, isAlive };
  void awaitPage(deps, 4711, never).then(() => {
    isOver = true;
  });
  return { clock, isOver: () => isOver };
}

test('nobody waits for a page that nobody builds', async () => {
  const deps = { clock: createFakeClock(), log: silentLogger, isAlive: () => true };
  await awaitPage(deps, undefined, never);
});

test('the end of the build is the end of the wait', async () => {
  let builds = true;
  const { clock, isOver } = follow(() => builds);
  await clock.advance(10_000);
  expect(isOver()).toBe(false);
  builds = false;
  await clock.advance(100);
  expect(isOver()).toBe(true);
});

test('a build that hangs holds nothing up for ever', async () => {
  const { clock, isOver } = follow(() => true);
  await clock.advance(181_000);
  expect(isOver()).toBe(true);
});

test('this process lives, one of an impossible number does not', () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  // No process of Linux or macOS ever has this number.
  expect(isProcessAlive(99_999_999)).toBe(false);
});

import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until it is so; false when it is not within `ms`. */
export async function until(isSo: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

/** However slow the machine is, something is done in this time if anything ever will be. */
const STANDSTILL_MS = 60_000;

/** Waits until none is left; gives up once there have not become fewer for a minute. */
export async function untilNone(list: () => readonly unknown[]): Promise<void> {
  let fewest = Number.POSITIVE_INFINITY;
  const hasFewer = (): boolean => {
    const left = list().length;
    const isFewer = left < fewest;
    fewest = Math.min(fewest, left);
    return isFewer || left === 0;
  };
  while (fewest > 0 && (await until(hasFewer, STANDSTILL_MS)));
}

/** Runs `work` for each number below `count`, so many at a time. */
export async function forEach(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, lane));
}

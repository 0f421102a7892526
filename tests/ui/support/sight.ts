import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** A person does not give up early, and a busy machine takes its time. */
export const PATIENCE_MS = 30_000;
const LOOK_MS = 80;

/** Waits until it can be seen. */
export async function see(...places: readonly Locator[]): Promise<void> {
  for (const place of places)
    await until(async () => (await countSeen(place)) > 0, `${place} is seen`);
}

/** Waits until nothing of it can be seen. */
export async function seeNo(place: Locator): Promise<void> {
  await until(async () => (await countSeen(place)) === 0, `${place} is not seen`);
}

function countSeen(place: Locator): Promise<number> {
  return place.filter({ visible: true }).count();
}

/** Waits until it is so; looks often. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what = isSo.toString(),
): Promise<void> {
  await expect.poll(isSo, { timeout: PATIENCE_MS, interval: LOOK_MS, message: what }).toBe(true);
}

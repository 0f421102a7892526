import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { type ProgramReport, TimingOrder } from './timing-messages.ts';

/** Executes the code of an order once and gives its value. */
export type Execute = (code: string) => Promise<unknown>;

/** Answers every order of the bench with how long each execution took. A wrong value ends the process. */
export function serveTimings(execute: Execute): void {
  // NOTE: runService lets go of the channel, and some of these programs have nothing else that keeps them alive.
  process.channel?.ref();
  process.on('message', (message) => {
    void answer(execute, TimingOrder.parse(message));
  });
}

type Order = z.output<typeof TimingOrder>;

async function answer(execute: Execute, order: Order): Promise<void> {
  const ms: number[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun++ < order.count) ms.push(await timeOne(execute, order));
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: order.atOnce }, lane));
  const totalMs = performance.now() - startedAt;
  process.send?.({ type: 'timed', ms, totalMs } satisfies ProgramReport);
}

async function timeOne(execute: Execute, order: Order): Promise<number> {
  await delay(order.pauseMs);
  const startedAt = performance.now();
  const value = await execute(order.code);
  const ms = performance.now() - startedAt;
  if (value !== order.value) throw new Error(`got ${String(value)}, expected ${order.value}`);
  return ms;
}

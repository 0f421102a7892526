import { setTimeout as delay } from 'node:timers/promises';
import type { Member } from './member.ts';
import type { Random } from './random.ts';

export interface Nemesis {
  /** No new fault begins; resolves once the last one is over. */
  end(): Promise<void>;
}

/** Commits one fault after the other, so often at most, until it is told to end. */
export function unleash(times: number, strike: () => Promise<void>): Nemesis {
  let isOver = false;
  const striking = (async () => {
    for (let i = 0; i < times && !isOver; i++) await strike();
  })();
  return {
    async end() {
      isOver = true;
      await striking;
    },
  };
}

interface KillOptions {
  readonly random: Random;
  readonly times: number;
  /** Time that the process is left alone before each kill, in ms. */
  readonly afterMs: readonly [number, number];
  /** What kind of fault it is in the counts. */
  readonly fault: string;
}

/** Kills one of the members at a time, chosen at random, and waits until it is back. */
export function killAtRandom(members: readonly Member[], options: KillOptions): Nemesis {
  const { random, times, afterMs, fault } = options;
  return unleash(times, async () => {
    const member = random.pick(members);
    await member.ready();
    await delay(random.between(...afterMs));
    member.kill(fault);
    await member.ready();
  });
}

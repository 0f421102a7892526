import { ScheduleId } from '@bakerst/contracts';
import type { OnMissed } from '@bakerst/contracts/schedules';
import { expect, test } from 'vitest';
import { lookOnce } from './keep-time.ts';
import {
  type Brain,
  everyMinute,
  gary,
  type Household,
  MINUTE,
  openHousehold,
} from './sqlite-schedules-testing.ts';

const DAY_MINUTES = 1_440;

/** Minutes of the day in which nothing runs: five outages of 2 to 90 minutes. */
function outages(seed: number): ReadonlySet<number> {
  const minutes = new Set<number>();
  let state = seed;
  const random = (most: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % most;
  };
  for (let i = 0; i < 5; i++) {
    const from = i * 280 + random(150) + 10;
    for (let minute = from; minute < from + 2 + random(88); minute++) minutes.add(minute);
  }
  return minutes;
}

/** One brain looks, or all at the same moment; what is made up for comes one after the other. */
async function lookTogether(
  house: Household,
  brains: readonly Brain[],
  isTogether: boolean,
): Promise<void> {
  await Promise.all(brains.slice(0, isTogether ? 2 : 1).map((brain) => lookOnce(brain)));
  house.endJobs();
  for (let more = 1; more > 0; house.endJobs())
    more = (await brains[0]?.firings.fireWaiting())?.length ?? 0;
}

test.each(['skip', 'once', 'all'] as OnMissed[])(
  'a day of minutes with five outages: nothing twice, and each missed one is accounted for (%s)',
  async (onMissed) => {
    using house = openHousehold();
    const brains = [house.openBrain(), house.openBrain()];
    const [brain] = brains;
    const id = ScheduleId.parse(house.newId());
    await brain?.schedules.create(gary, { ...everyMinute, onMissed, id });
    const down = outages(7);
    for (let minute = 0; minute < DAY_MINUTES; minute++) {
      await house.clock.advance(MINUTE);
      const isLast = minute === DAY_MINUTES - 1;
      if (!down.has(minute) || isLast) await lookTogether(house, brains, minute % 10 === 0);
    }
    const of = (status: string) =>
      house.count(`SELECT count(*) FROM firing WHERE status = '${status}'`);
    expect(house.count('SELECT count(DISTINCT scheduled_at) FROM firing')).toBe(DAY_MINUTES);
    expect(house.count('SELECT count(*) FROM firing')).toBe(DAY_MINUTES);
    expect(house.count('SELECT count(*) FROM job')).toBe(of('fired'));
    const missed = onMissed === 'all' ? 0 : down.size;
    expect({ fired: of('fired'), missed: of('missed') }).toEqual({
      fired: DAY_MINUTES - missed,
      missed,
    });
  },
  180_000,
);

import { ScheduleId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { lookOnce } from './keep-time.ts';
import { everyMinute, gary, MINUTE, openHousehold } from './sqlite-schedules-testing.ts';

const DAY = 1_440 * MINUTE;

test('a hundred reminders that are over leave room for a hundred more, and go with their rows', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const remind = async () =>
    await brain.schedules.create(gary, {
      ...everyMinute,
      id: ScheduleId.parse(house.newId()),
      timing: { kind: 'at', at: house.clock.now() + MINUTE },
    });
  for (let i = 0; i < 100; i++) await remind();
  await expect(remind()).rejects.toMatchObject({ reason: 'TOO_MANY_SCHEDULES' });
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  const kept = await remind();
  expect(await brain.schedules.prune(house.clock.now() + 1)).toBe(0);
  house.run(`UPDATE firing SET status = 'fired'`);
  await brain.firings.prune(house.clock.now() + 1);
  await house.clock.advance(DAY);
  expect(await brain.schedules.prune(house.clock.now() - DAY + 1)).toBe(100);
  expect(brain.schedules.list(gary, { beforeSeq: undefined, limit: 100 })).toEqual([kept]);
  await brain.schedules.remove(gary, kept.id);
});

test('one that was deleted meanwhile does not fire any more, and a hundred that wait are enough', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const schedule = await brain.schedules.create(gary, {
    ...everyMinute,
    id: ScheduleId.parse(house.newId()),
  });
  const ask = () => brain.schedules.runNow(schedule, { idempotency: undefined });
  for (let i = 0; i < 101; i++) await ask();
  await expect(ask()).rejects.toMatchObject({ code: 'QUEUE_DEPTH_EXCEEDED' });
  await brain.schedules.remove(gary, schedule.id);
  await expect(ask()).rejects.toMatchObject({ reason: 'SCHEDULE_NOT_FOUND' });
});

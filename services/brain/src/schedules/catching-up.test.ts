import { ScheduleId, UserId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { lookOnce } from './keep-time.ts';
import { everyMinute, gary, MINUTE, openHousehold, settable } from './sqlite-schedules-testing.ts';

const DAY = 1_440 * MINUTE;
const decided = 'SELECT coalesce(sum(count), 0) FROM firing';

test('what eight hours have missed is decided a hundred instants at a time, and what is on time before it', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  for (let i = 0; i < 3; i++)
    await brain.schedules.create(
      { org: gary.org, user: UserId.parse(`user-${i}`) },
      { ...everyMinute, id: ScheduleId.parse(house.newId()) },
    );
  await house.clock.advance(DAY / 3);
  const onTime = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, {
    ...everyMinute,
    id: onTime,
    onMissed: 'skip',
    timing: { kind: 'every', everyMs: MINUTE / 2 },
  });
  await house.clock.advance(MINUTE / 2);
  const first = await brain.clockwork.decideDue();
  expect(first.hasMore).toBe(true);
  expect(first.fired.map(({ source }) => source.id)).toEqual([onTime]);
  expect(house.count(decided)).toBeLessThanOrEqual(200);
  await lookOnce(brain);
  expect(house.count(decided)).toBe(3 * 480 + 1);
  expect(house.count('SELECT count(*) FROM job')).toBe(4);
}, 60_000);

test('a schedule that has missed hours is changed and deleted all the same, with all of it accounted for', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...everyMinute, id });
  await house.clock.advance(DAY / 3);
  const changed = await brain.schedules.change(gary, id, { name: 'look again' });
  expect(changed?.fired).toHaveLength(1);
  expect(changed?.value).toMatchObject({ name: 'look again', nextAt: house.clock.now() + MINUTE });
  expect(house.count(decided)).toBe(480);
  await house.clock.advance(DAY / 3);
  await brain.schedules.remove(gary, id);
  expect(house.count(decided)).toBe(2 * 480);
}, 60_000);

test('fifty that cannot be read keep no other one waiting', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  for (let i = 0; i < 50; i++)
    await brain.schedules.create(gary, { ...everyMinute, id: ScheduleId.parse(house.newId()) });
  house.run(`UPDATE schedule SET action = '{"type":"fax"}'`);
  const late = { ...everyMinute, timing: { kind: 'cron', cron: '*/2 * * * *' } } as const;
  await brain.schedules.create(gary, { ...late, id: ScheduleId.parse(house.newId()) });
  await house.clock.advance(3 * MINUTE);
  await lookOnce(brain);
  expect(house.count('SELECT count(*) FROM job')).toBe(1);
});

test('a clock that was a month ahead costs nothing but what has fired', async () => {
  using house = openHousehold();
  const { clock } = house;
  const setting = settable(house);
  const brain = house.openBrain();
  const [daily, once] = [house.newId(), house.newId()].map((id) => ScheduleId.parse(id));
  if (daily === undefined || once === undefined) throw new Error('two ids were made');
  await brain.schedules.create(gary, {
    ...everyMinute,
    id: daily,
    timing: { kind: 'cron', cron: '30 7 * * *' },
  });
  await brain.schedules.create(gary, {
    ...everyMinute,
    id: once,
    timing: { kind: 'at', at: clock.now() + 10 * DAY },
  });
  setting.aheadMs = 30 * DAY;
  await lookOnce(brain);
  await brain.schedules.create(gary, {
    ...everyMinute,
    id: ScheduleId.parse(house.newId()),
    timing: { kind: 'every', everyMs: 12 * 60 * MINUTE },
  });
  house.endJobs();
  expect(house.count('SELECT count(*) FROM job')).toBe(1);
  setting.aheadMs = 0;
  expect(await brain.clockwork.correct()).toBe(3);
  for (let day = 0; day < 29; day++)
    for (let half = 0; half < 2; half++) {
      await clock.advance(DAY / 2);
      await lookOnce(brain);
      house.endJobs();
    }
  const fired = (id: string) =>
    house.count(`SELECT count(*) FROM firing WHERE schedule_id = '${id}' AND status = 'fired'`);
  expect([fired(daily), fired(once)]).toEqual([30, 1]);
  expect(house.count('SELECT count(*) FROM job')).toBe(1 + 29 + 1 + 58);
  expect(await brain.clockwork.correct()).toBe(0);
});

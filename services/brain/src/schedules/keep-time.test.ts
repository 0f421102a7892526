import { ScheduleId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { lookOnce } from './keep-time.ts';
import { everyMinute, gary, MINUTE, openHousehold, settable } from './sqlite-schedules-testing.ts';

test('a clock that is put forward and back fires nothing twice and loses nothing', async () => {
  using house = openHousehold();
  const { clock } = house;
  const setting = settable(house);
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...everyMinute, id });
  const play = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      await clock.advance(MINUTE);
      await lookOnce(brain);
      house.endJobs();
    }
  };
  await play(10);
  setting.aheadMs += 60 * MINUTE;
  await play(10);
  setting.aheadMs -= 120 * MINUTE;
  await play(130);
  expect(house.count('SELECT count(*) FROM firing')).toBe(90);
  expect(house.count('SELECT count(DISTINCT scheduled_at) FROM firing')).toBe(90);
  expect(house.count(`SELECT count(*) FROM firing WHERE status = 'missed'`)).toBe(60);
  expect(house.count('SELECT count(*) FROM job')).toBe(30);
  // So far ahead that nobody would wait for it.
  setting.aheadMs += 400 * 24 * 60 * MINUTE;
  await lookOnce(brain);
  setting.aheadMs -= 400 * 24 * 60 * MINUTE;
  expect(await brain.clockwork.correct()).toBe(1);
  house.endJobs();
  const before = house.count('SELECT count(*) FROM job');
  await play(2);
  expect(house.count('SELECT count(*) FROM job')).toBe(before + 2);
});

test('what was due is decided before a schedule is changed, paused, resumed or deleted', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...everyMinute, id, overlap: 'parallel' });
  const rows = () => house.count('SELECT count(*) FROM firing');
  await house.clock.advance(3 * MINUTE);
  const paused = await brain.schedules.change(gary, id, { isPaused: true });
  expect(rows()).toBe(3);
  expect(paused?.fired).toHaveLength(1);
  await house.clock.advance(3 * MINUTE);
  const resumed = await brain.schedules.change(gary, id, { isPaused: false });
  expect(rows()).toBe(3);
  expect(resumed?.value.nextAt).toBe(house.clock.now() + MINUTE);
  await house.clock.advance(2 * MINUTE);
  await brain.schedules.change(gary, id, { timing: { kind: 'every', everyMs: 10 * MINUTE } });
  expect(rows()).toBe(5);
  await house.clock.advance(10 * MINUTE);
  await brain.schedules.remove(gary, id);
  expect(rows()).toBe(6);
  expect(brain.schedules.find(gary, id)).toBeUndefined();
});

test('a schedule that cannot be read keeps no other one waiting', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const [broken, well] = [house.newId(), house.newId()].map((id) => ScheduleId.parse(id));
  for (const id of [broken, well])
    if (id !== undefined) await brain.schedules.create(gary, { ...everyMinute, id });
  house.run(`UPDATE schedule SET action = '{"type":"fax"}' WHERE id = '${broken}'`);
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  expect(house.count(`SELECT count(*) FROM firing WHERE schedule_id = '${well}'`)).toBe(1);
  expect(house.count('SELECT count(*) FROM job')).toBe(1);
});

test('after a restore nothing fires twice, what was missed stays so, and it goes on', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const all = { ...everyMinute, onMissed: 'all', overlap: 'queue' } as const;
  await brain.schedules.create(gary, { ...all, id: ScheduleId.parse(house.newId()) });
  for (let minute = 0; minute < 3; minute++) {
    await house.clock.advance(MINUTE);
    await lookOnce(brain);
  }
  // One is on, and two wait behind it: whoever goes on with the original lets them fire.
  expect(house.count(`SELECT count(*) FROM firing WHERE status = 'waiting'`)).toBe(2);
  await house.clock.advance(30 * MINUTE);
  await house.restore();
  await lookOnce(brain);
  const restored = (status: string) =>
    house.count(`SELECT count(*) FROM firing WHERE status = '${status}' AND reason = 'RESTORED'`);
  expect([restored('cancelled'), restored('missed')]).toEqual([2, 30]);
  expect(house.count('SELECT count(*) FROM job')).toBe(1);
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  expect(house.count('SELECT count(*) FROM job')).toBe(2);
  expect(house.count('SELECT count(*) FROM firing')).toBe(34);
  expect(house.count('SELECT count(DISTINCT scheduled_at) FROM firing')).toBe(34);
});

test('runs of one user are five at a time, and the others wait as rows', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const action = { type: 'run', message: 'tell me the time' } as const;
  for (let i = 0; i < 7; i++)
    await brain.schedules.create(gary, {
      ...everyMinute,
      action,
      name: `clock ${i}`,
      id: ScheduleId.parse(house.newId()),
    });
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  expect(house.count(`SELECT count(*) FROM run WHERE status = 'queued'`)).toBe(5);
  expect(house.count(`SELECT count(*) FROM firing WHERE status = 'waiting'`)).toBe(2);
  house.run(`UPDATE run SET status = 'completed' WHERE status = 'queued'`);
  await brain.firings.fireWaiting();
  expect(house.count('SELECT count(DISTINCT conversation_id) FROM run')).toBe(7);
});

test('overlap: skip leaves out, queue waits, parallel goes on beside', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  for (const overlap of ['skip', 'queue', 'parallel'] as const)
    await brain.schedules.create(gary, {
      ...everyMinute,
      overlap,
      name: overlap,
      id: ScheduleId.parse(house.newId()),
    });
  for (let minute = 0; minute < 3; minute++) {
    await house.clock.advance(MINUTE);
    await lookOnce(brain);
  }
  const of = (overlap: string, status: string) =>
    house.count(`SELECT count(*) FROM firing JOIN schedule ON schedule.id = schedule_id
      WHERE schedule.overlap = '${overlap}' AND firing.status = '${status}'`);
  expect([of('skip', 'fired'), of('skip', 'overlapped')]).toEqual([1, 2]);
  expect([of('queue', 'fired'), of('queue', 'waiting')]).toEqual([1, 2]);
  expect(of('parallel', 'fired')).toBe(3);
});

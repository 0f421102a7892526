import { ScheduleId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { lookOnce } from '../schedules/keep-time.ts';
import { everyMinute, gary, MINUTE, openHousehold } from '../schedules/sqlite-schedules-testing.ts';
import { bell, openBell } from '../triggers/sqlite-triggers-testing.ts';

const say = { ...everyMinute, action: { type: 'run', message: 'good morning' } } as const;

test('a trigger that rings without end keeps no schedule of its user waiting', async () => {
  using house = openBell();
  const brain = house.openBrain();
  const prepared = { kind: 'fires', action: bell.action } as const;
  for (let i = 0; i < 20; i++)
    await brain.deliveries.receive(bell, { prepared, payloadText: '{}', requestId: `ring ${i}` });
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...say, id });
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  expect(house.count(`SELECT count(*) FROM run WHERE status = 'queued'`)).toBe(2);
  expect(
    house.count(`SELECT count(*) FROM firing WHERE schedule_id = '${id}' AND status = 'fired'`),
  ).toBe(1);
});

test('seven schedules have their turns, whoever has more that waits', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const ids = Array.from({ length: 7 }, () => ScheduleId.parse(house.newId()));
  for (const id of ids) await brain.schedules.create(gary, { ...say, overlap: 'queue', id });
  for (let minute = 0; minute < 7; minute++) {
    await house.clock.advance(MINUTE);
    await lookOnce(brain);
    house.run(`UPDATE run SET status = 'completed' WHERE status = 'queued'`);
  }
  const fired = ids.map((id) =>
    house.count(`SELECT count(*) FROM firing WHERE schedule_id = '${id}' AND status = 'fired'`),
  );
  expect(fired).toEqual([5, 5, 5, 5, 5, 5, 5]);
});

test('runs that wait for a person take nobody else their turn', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const ids = Array.from({ length: 6 }, () => ScheduleId.parse(house.newId()));
  for (const id of ids) await brain.schedules.create(gary, { ...say, id });
  await house.clock.advance(MINUTE);
  await lookOnce(brain);
  house.run(`UPDATE run SET status = 'waiting' WHERE status = 'queued'`);
  expect(await brain.firings.fireWaiting()).toHaveLength(1);
});

test('what has waited for longer than its grace is missed', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...say, overlap: 'queue', graceMs: 5 * MINUTE, id });
  for (let minute = 0; minute < 10; minute++) {
    await house.clock.advance(MINUTE);
    await lookOnce(brain);
  }
  house.run(`UPDATE run SET status = 'completed' WHERE status = 'queued'`);
  await brain.firings.fireWaiting();
  const passed = `status = 'missed' AND reason = 'GRACE_PASSED'`;
  expect(house.count(`SELECT count(*) FROM firing WHERE ${passed}`)).toBe(2);
  expect(
    house.count(`SELECT min(scheduled_at) FROM firing JOIN run ON run.id = run_id
      WHERE run.status = 'queued'`),
  ).toBe(house.clock.now() - 6 * MINUTE);
});

test('a row that cannot be set off is refused, and no other one waits for it', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  await brain.schedules.create(gary, { ...say, id: ScheduleId.parse(house.newId()) });
  await house.clock.advance(MINUTE);
  house.run(`INSERT INTO firing (id, org_id, user_id, trigger_id, at, status, request_id, action)
    VALUES ('${house.newId()}', 'home', 'gary', '${bell.id}', 0, 'waiting', 'r', '{"type":"code","code":"1"}')`);
  await lookOnce(brain);
  expect(house.count('SELECT count(*) FROM run')).toBe(1);
  expect(house.count(`SELECT count(*) FROM firing WHERE reason = 'INTERNAL_ERROR'`)).toBe(1);
});

test('what is tried again later is not overtaken by what came behind it', async () => {
  using house = openHousehold();
  const brain = house.openBrain();
  const id = ScheduleId.parse(house.newId());
  await brain.schedules.create(gary, { ...say, overlap: 'queue', id });
  for (let minute = 0; minute < 3; minute++) {
    await house.clock.advance(MINUTE);
    await lookOnce(brain);
  }
  house.run(`UPDATE firing SET not_before = ${house.clock.now() + 1_000} WHERE seq = 2;
    UPDATE run SET status = 'completed'`);
  expect(await brain.firings.fireWaiting()).toEqual([]);
  await house.clock.advance(1_000);
  expect(await brain.firings.fireWaiting()).toHaveLength(1);
  expect(house.count(`SELECT seq FROM firing WHERE status = 'waiting'`)).toBe(3);
});

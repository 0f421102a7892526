import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSandbox, type TestSandbox } from './isolate-testing.ts';
import { createTestTools } from './tools-testing.ts';

const STARTS_AT = Date.UTC(2026, 1, 3, 4, 5, 6);

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

async function run(source: string, chance = 'job-1') {
  const tools = createTestTools(() => null, STARTS_AT);
  return await sandbox.run(source, { startsAt: STARTS_AT, chance, tools, timeoutMs: 5_000 });
}

test.each([
  ['Date.now()', STARTS_AT],
  ['new Date().getTime()', STARTS_AT],
  ['+new (class extends Date {})()', STARTS_AT],
  ['new Date(5).getTime()', 5],
  ['Date.UTC(1970, 0, 1, 0, 0, 1)', 1_000],
  ['Date()', 'Tue Feb 03 2026 04:05:06 GMT+0000 (Coordinated Universal Time)'],
  ['new Date() instanceof Date && new Date().constructor === Date', true],
  ['new Date().getTimezoneOffset()', 0],
  ['Temporal.Now.instant().epochMilliseconds', STARTS_AT],
  ['Temporal.Now.plainDateISO().toString()', '2026-02-03'],
  ['Temporal.Now.plainTimeISO().toString()', '04:05:06'],
  ['Temporal.Now.plainDateTimeISO("Asia/Tokyo").toString()', '2026-02-03T13:05:06'],
  ['Temporal.Now.zonedDateTimeISO().toString()', '2026-02-03T04:05:06+00:00[UTC]'],
  ['Temporal.Now.timeZoneId()', 'UTC'],
  ['new Intl.DateTimeFormat("en-GB").format()', '03/02/2026'],
  ['new Intl.DateTimeFormat("en-GB").formatToParts().map((p) => p.value).join("")', '03/02/2026'],
  ['new Intl.DateTimeFormat("en-GB").format(0)', '01/01/1970'],
  ['new Intl.DateTimeFormat().resolvedOptions().timeZone', 'UTC'],
])('%s is fixed by the execution', async (expression, value) => {
  expect(await run(expression)).toMatchObject({ ok: true, value });
});

test('time stands still while code computes, and moves with the answers of tools', async () => {
  const source = `
    const times = [Date.now()];
    for (let i = 0; i < 1e7; i++);
    times.push(Date.now());
    await tools.s.t();
    times.push(Date.now());
    return times.map((time) => time - times[0])`;
  expect(await run(source)).toMatchObject({ value: [0, 0, 1_000] });
});

test('the same execution has the same chance, another one another', async () => {
  const source = 'Array.from({ length: 100 }, () => Math.random())';
  const [one, again, other] = [await run(source), await run(source), await run(source, 'job-2')];
  expect(again.ok && again.value).toEqual(one.ok && one.value);
  expect(other.ok && other.value).not.toEqual(one.ok && one.value);
});

test('chance is spread evenly', async () => {
  const source = `
    const counts = Array(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(Math.random() * 10)]++;
    return [Math.min(...counts), Math.max(...counts), counts.length]`;
  const envelope = await run(source);
  const [least, most, places] = envelope.ok && Array.isArray(envelope.value) ? envelope.value : [];
  expect(least).toBeGreaterThan(9_500);
  expect(most).toBeLessThan(10_500);
  expect(places).toBe(10);
});

test('what console lines tell of time is real', async () => {
  const before = Date.now();
  const { logs } = await run('console.log(1)');
  expect(logs[0]?.timestamp).toBeGreaterThanOrEqual(before);
});

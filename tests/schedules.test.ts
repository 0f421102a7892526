import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeOperatingSystem } from './support/operating-system.ts';
import { type System, startSystem } from './support/system.ts';

/** On a busy machine everything takes its time. */
const PATIENT = { timeout: 30_000, interval: 100 };

let system: System;
const dir = makeOperatingSystem();
const CRONS = join(dir, 'CRONS.json');

beforeAll(async () => {
  writeFileSync(
    CRONS,
    JSON.stringify([
      { name: 'look', schedule: '0 3 * * *', on_missed: 'all', type: 'agent', job: 'look around' },
    ]),
  );
  system = await startSystem({
    brainEnv: { SCHEDULE_MIN_MS: '1000', TIME_ZONE: 'Europe/Berlin', OPERATING_SYSTEM_DIR: dir },
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

test('what a schedule says is answered in a conversation of its own, once for each instant, by two brains', async () => {
  const { owner } = system;
  const other = await system.addBrain();
  const events: string[] = [];
  const ended = new AbortController();
  const watching = (async () => {
    for await (const { type } of owner.watchEvents({ signal: ended.signal })) events.push(type);
  })().catch(() => undefined);
  const made = await owner.createSchedule({
    name: 'sums',
    every_ms: 1_000,
    overlap: 'queue',
    action: { type: 'run', message: 'what is 6 * 7?' },
  });
  expect(made).toMatchObject({ time_zone: 'Europe/Berlin', on_missed: 'once', paused: false });
  expect(made.next_times).toHaveLength(5);
  await vi.waitFor(async () => {
    const { data } = await owner.listOccurrences(made.id);
    expect(data.filter(({ outcome }) => outcome === 'completed').length).toBeGreaterThan(1);
  }, PATIENT);
  const paused = await other.owner.changeSchedule(made.id, { paused: true });
  expect(paused).toMatchObject({ paused: true, next_at: null, next_times: [] });
  const { data } = await owner.listOccurrences(made.id);
  expect(new Set(data.map(({ scheduled_at }) => scheduled_at)).size).toBe(data.length);
  const talks = new Set(data.flatMap(({ conversation_id: id }) => id ?? []));
  expect([...talks]).toEqual([paused.conversation_id]);
  const talk = await owner.getConversation([...talks][0] ?? '');
  expect(talk.title).toBe('sums');
  expect(events).toContain('schedule');
  const [first, again] = await Promise.all([
    owner.runSchedule(made.id, { idempotencyKey: 'now' }),
    other.owner.runSchedule(made.id, { idempotencyKey: 'now' }),
  ]);
  expect(again.id).toBe(first.id);
  await owner.deleteSchedule(made.id);
  await expect(owner.getSchedule(made.id)).rejects.toMatchObject({ status: 404 });
  ended.abort();
  await watching;
  await other.service.end('SIGTERM');
}, 90_000);

test('a job is fired with its headers, which never come out again; what is wrong is refused by its name', async () => {
  const { owner } = system;
  const action = {
    type: 'http',
    url: 'https://example.org/',
    headers: { Authorization: 'Bearer xyzzy' },
  } as const;
  const made = await owner.createSchedule({ name: 'ask', cron: '0 8 * * 1-5', action });
  await owner.changeSchedule(made.id, { name: 'ask again' });
  const seen = JSON.stringify([
    made,
    await owner.getSchedule(made.id),
    await owner.listSchedules(),
  ]);
  expect(seen).not.toContain('xyzzy');
  expect(seen).toContain('"Authorization":"***"');
  const refuse = async (body: object): Promise<unknown> => {
    const response = await system.post('/api/v1/schedules', { name: 'x', action, ...body });
    const { reason } = (await response.json()) as { reason?: string };
    return [response.status, reason];
  };
  expect(await refuse({})).toEqual([400, 'INVALID_TIMING']);
  expect(await refuse({ cron: '* * * * *', every_ms: 5_000 })).toEqual([400, 'INVALID_TIMING']);
  expect(await refuse({ cron: '0 0 31 2 *' })).toEqual([400, 'INVALID_CRON']);
  expect(await refuse({ every_ms: 999 })).toEqual([400, 'INTERVAL_TOO_SHORT']);
  expect(await refuse({ every_ms: 5_000, time_zone: 'Mars/Base' })).toEqual([
    400,
    'INVALID_TIME_ZONE',
  ]);
  expect(await refuse({ at: '2020-01-01T00:00:00Z' })).toEqual([400, 'TIME_IN_PAST']);
  const local = { type: 'http', url: 'http://127.0.0.1/' };
  expect(await refuse({ cron: '0 8 * * *', action: local })).toEqual([403, 'URL_NOT_ALLOWED']);
});

test('routes of the source system make, list, change, run and delete the same schedules', async () => {
  const body = { name: 'old', schedule: '0 8 * * *', type: 'agent', job: 'look around' };
  const made = (await (await system.post('/schedules', body)).json()) as { id: string };
  expect(made).toMatchObject({ name: 'old', enabled: true, last_status: null });
  const send = (method: string, path: string, sent?: object) =>
    fetch(`${system.url}${path}`, {
      method,
      headers: {
        Authorization: 'Bearer owner-token-of-the-tests',
        'Content-Type': 'application/json',
      },
      ...(sent && { body: JSON.stringify(sent) }),
    });
  const ask = async (key: string) => {
    const asked = await system.post(`/schedules/${made.id}/run`, {}, { 'Idempotency-Key': key });
    return (await asked.json()) as { jobId: string };
  };
  const run = await ask('one');
  expect(await system.owner.getJob(run.jobId)).toMatchObject({ type: 'agent' });
  expect(await ask('one')).toEqual(run);
  await vi.waitFor(async () => {
    const shown = (await (await send('GET', `/schedules/${made.id}`)).json()) as object;
    expect(shown).toMatchObject({ last_status: 'completed', last_output: expect.any(String) });
  }, PATIENT);
  const put = await send('PUT', `/schedules/${made.id}`, { ...body, enabled: false });
  expect(await put.json()).toMatchObject({ enabled: false, next_run_at: null });
  expect(await ask('two')).toEqual({ ok: true, jobId: null });
  const skipped = await send('GET', `/schedules/${made.id}`);
  expect(await skipped.json()).toMatchObject({ last_status: 'skipped', last_output: null });
  const keyed = { 'Idempotency-Key': 'old twice' };
  const twins = [
    await system.post('/schedules', { ...body, name: 'twin' }, keyed),
    await system.post('/schedules', { ...body, name: 'twin' }, keyed),
  ];
  const [one, other] = (await Promise.all(twins.map((each) => each.json()))) as { id: string }[];
  expect(other?.id).toBe(one?.id);
  expect((await send('POST', '/schedules', { ...body, schedule: 'soon' })).status).toBe(400);
  expect((await send('POST', '/schedules', { ...body, type: 'mcp' })).status).toBe(400);
  expect(await (await send('DELETE', `/schedules/${made.id}`)).json()).toEqual({ ok: true });
  expect((await send('GET', `/schedules/${made.id}`)).status).toBe(404);
});

test('CRONS.json is kept in step: added, changed, bad and removed entries', async () => {
  const { owner } = system;
  const ofFile = async () => {
    const { data } = await owner.listSchedules();
    return data
      .filter(({ source }) => source === 'file')
      .map(({ name, cron, paused }) => `${name} ${cron} ${paused}`);
  };
  await vi.waitFor(async () => expect(await ofFile()).toEqual(['look 0 3 * * * false']), PATIENT);
  const look = { name: 'look', schedule: '0 4 * * *', type: 'agent', job: 'look around' };
  const say = {
    name: 'say',
    schedule: '0 5 * * *',
    enabled: false,
    action: { type: 'run', message: 'hello' },
  };
  writeFileSync(
    CRONS,
    JSON.stringify([look, say, { name: 'bad', schedule: 'soon', type: 'agent', job: 'x' }]),
  );
  await vi.waitFor(
    async () => expect(await ofFile()).toEqual(['say 0 5 * * * true', 'look 0 4 * * * false']),
    PATIENT,
  );
  // What an entry leaves out is as usual again, whatever it said before.
  const look4 = (await owner.listSchedules()).data.find(({ name }) => name === 'look');
  expect(look4).toMatchObject({ on_missed: 'once' });
  const [{ id } = { id: '' }] = (await owner.listSchedules()).data.filter(
    ({ name }) => name === 'say',
  );
  expect(await owner.changeSchedule(id, { paused: false })).toMatchObject({ paused: false });
  await expect(owner.changeSchedule(id, { name: 'x' })).rejects.toMatchObject({ status: 409 });
  await expect(owner.deleteSchedule(id)).rejects.toMatchObject({ status: 409 });
  const { prompts } = JSON.parse(
    await (
      await system.get('/system/health', {
        Authorization: 'Bearer super-token-of-the-tests-0123456789abcdef',
      })
    ).text(),
  );
  expect(prompts.detail).toContain('CRONS.json[2] (bad)');
  writeFileSync(CRONS, '[');
  writeFileSync(CRONS, JSON.stringify([say]));
  await vi.waitFor(async () => expect(await ofFile()).toEqual(['say 0 5 * * * false']), PATIENT);
}, 120_000);

test('the model makes a schedule, once', async () => {
  const { owner } = system;
  const { responses } = await owner.chat({ message: 'every weekday at 7:30 tell me the weather' });
  expect(responses.join()).toContain('30 7 * * 1-5');
  const made = (await owner.listSchedules()).data.filter(({ source }) => source === 'model');
  expect(made).toMatchObject([
    { cron: '30 7 * * 1-5', action: { type: 'run', message: 'tell me the weather' } },
  ]);
});

import { createHmac } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeOperatingSystem } from './support/operating-system.ts';
import { type System, startSystem } from './support/system.ts';

/** On a busy machine everything takes its time. */
const PATIENT = { timeout: 30_000, interval: 100 };

let system: System;
const dir = makeOperatingSystem();

beforeAll(async () => {
  system = await startSystem({ brainEnv: { OPERATING_SYSTEM_DIR: dir } });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

function deliver(path: string, text: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${system.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: text,
  });
}

function sign(secret: string, text: string): Record<string, string> {
  const stamp = String(Math.floor(Date.now() / 1_000));
  const hex = createHmac('sha256', secret).update(`${stamp}.${text}`).digest('hex');
  return { 'X-Bakerst-Timestamp': stamp, 'X-Bakerst-Signature': `sha256=${hex}` };
}

async function read(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

test('a signed delivery sets a run off once; a wrong one, a filtered one and a replayed one do not', async () => {
  const { owner } = system;
  const made = await owner.createTrigger({
    name: 'disk',
    filter: [{ path: 'status', equals: 'firing' }],
    action: { type: 'run', message: 'what is {{n}} * 7?' },
  });
  const { secret, deliver_path: path } = made;
  expect(JSON.stringify(await owner.listTriggers())).not.toContain(secret);
  const text = JSON.stringify({ status: 'firing', n: 6, note: secret });
  const headers = sign(secret, text);
  const first = await deliver(path, text, headers);
  expect(first.status).toBe(202);
  const { delivery_id: id } = await read(first);
  const again = await deliver(path, text, headers);
  expect([again.status, (await read(again))['delivery_id']]).toEqual([200, id]);
  const wrong = await deliver(path, text, sign('another-secret-of-theirs', text));
  const unknown = await deliver('/api/v1/triggers/gone/deliver', text, headers);
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  const quiet = JSON.stringify({ status: 'resolved' });
  const filtered = await read(await deliver(path, quiet, sign(secret, quiet)));
  expect(filtered['status']).toBe('filtered');
  await vi.waitFor(async () => {
    const { data } = await owner.listDeliveries('disk');
    expect(data.map(({ status, outcome }) => [status, outcome])).toEqual([
      ['filtered', null],
      ['fired', 'completed'],
    ]);
  }, PATIENT);
  const { data } = await owner.listDeliveries('disk');
  expect(JSON.stringify(data)).not.toContain(secret);
  const run = await owner.getRun(data[1]?.run_id ?? '');
  // What came from outside is marked as such.
  expect([run.message, run.answer]).toEqual([
    expect.stringMatching(/^This message was filled in with data [\s\S]*\n\nwhat is 6 \* 7\?$/),
    expect.stringContaining('42'),
  ]);
  const shown = await owner.getDelivery('disk', String(id));
  expect(shown).toMatchObject({ payload: { status: 'firing', n: 6 }, replay_of: null });
  expect(JSON.stringify(shown)).not.toContain(secret);
  const replayed = await owner.replayDelivery('disk', String(id), { idempotencyKey: 'r' });
  const twice = await owner.replayDelivery('disk', String(id), { idempotencyKey: 'r' });
  expect(twice.delivery_id).toBe(replayed.delivery_id);
  const rotated = await owner.rotateTriggerSecret('disk');
  expect((await deliver(path, text, sign(secret, text))).status).toBe(401);
  expect((await deliver(path, '{', sign(rotated.secret, '{'))).status).toBe(400);
  const [notJson] = (await owner.listDeliveries('disk')).data;
  expect(notJson).toMatchObject({ status: 'refused', reason: 'INVALID_JSON', has_payload: false });
  await expect(owner.replayDelivery('disk', notJson?.id ?? '')).rejects.toMatchObject({
    status: 409,
  });
  const files = JSON.stringify(system.query('SELECT * FROM event_trigger'));
  expect(files).not.toContain(rotated.secret);
}, 90_000);

test('a token is enough where the sender can do no more, so many times a minute', async () => {
  const { owner } = system;
  const { secret, deliver_path: path } = await owner.createTrigger({
    name: 'door',
    preset: 'home-assistant',
    per_minute: 2,
    action: { type: 'command', command: 'uptime' },
    secret: 'a-token-of-the-house',
  });
  expect(secret).toBe('a-token-of-the-house');
  const token = { Authorization: `Bearer ${secret}` };
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await deliver(path, '{}', token)).status);
  expect(statuses).toEqual([202, 202, 429]);
  expect((await owner.listDeliveries('door')).data.map(({ reason }) => reason)).toEqual([
    'RATE_LIMIT_EXCEEDED',
    null,
    null,
  ]);
  await owner.putTrigger('door', {
    preset: 'token',
    per_minute: 9,
    action: { type: 'command', command: 'uptime' },
  });
  const paused = await owner.changeTrigger('door', { paused: true });
  expect(paused).toMatchObject({ paused: true, preset: 'token', per_minute: 9 });
  const hook = await system.post('/hooks/door', { event: 'opened' });
  expect([hook.status, (await read(hook))['reason']]).toEqual([409, 'TRIGGER_PAUSED']);
  await owner.deleteTrigger('door');
  await expect(owner.getTrigger('door')).rejects.toMatchObject({ status: 404 });
});

test('a payload is tried before anything is set up, and /hooks delivers by a token of the API', async () => {
  const { owner } = system;
  await owner.createTrigger({
    name: 'hook',
    action: { type: 'run', message: '{{event}} {{data.x}}' },
  });
  const tried = await owner.testTrigger('hook', { payload: { event: 'tea', data: { x: 1 } } });
  expect(tried).toEqual({
    passes: true,
    action: { type: 'run', message: expect.stringMatching(/\n\ntea 1$/) },
    problem: null,
    delivery_id: null,
  });
  const hook = await read(await system.post('/hooks/hook', { event: 'tea', data: { x: 2 } }));
  expect(hook).toMatchObject({ ok: true, result: { status: 'fired' } });
  const again = async (path: string, body: object) =>
    await read(await system.post(path, body, { 'Idempotency-Key': path }));
  for (const [path, body] of [
    ['/hooks/hook', { event: 'tea' }],
    ['/api/v1/triggers/hook/test', { payload: { event: 'tea' }, fire: true }],
  ] as const)
    expect(await again(path, body), path).toEqual(await again(path, body));
  expect((await owner.listDeliveries('hook')).data).toHaveLength(3);
  expect((await system.post('/hooks/hook', { data: 1 })).status).toBe(400);
  expect((await system.post('/hooks/gone', { event: 'x' })).status).toBe(404);
  const bad = { name: 'bad', action: { type: 'run', message: '{{#open}}' } };
  const refused = await system.post('/api/v1/triggers', bad);
  expect([refused.status, (await read(refused))['reason']]).toEqual([400, 'INVALID_TEMPLATE']);
  const twice = await system.post('/api/v1/triggers', {
    ...bad,
    name: 'hook',
    action: { type: 'run', message: 'x' },
  });
  expect(twice.status).toBe(409);
});

test('TRIGGERS.json is kept in step', async () => {
  const { owner } = system;
  const path = join(dir, 'TRIGGERS.json');
  const entry = {
    name: 'filed',
    preset: 'grafana',
    enabled: false,
    action: { type: 'run', message: '{{title}}' },
  };
  writeFileSync(path, JSON.stringify([entry]));
  await vi.waitFor(
    async () =>
      expect(await owner.getTrigger('filed')).toMatchObject({ source: 'file', paused: true }),
    PATIENT,
  );
  const guess = { token: 'nobody-has-a-trigger-with-this-secret' };
  await expect(owner.deliverToTrigger('filed', {}, guess)).rejects.toMatchObject({ status: 401 });
  const { secret } = await owner.rotateTriggerSecret('filed');
  await expect(owner.deliverToTrigger('filed', {}, { token: secret })).rejects.toMatchObject({
    status: 409,
  });
  await expect(owner.changeTrigger('filed', { per_minute: 5 })).rejects.toMatchObject({
    status: 409,
  });
  expect(await owner.changeTrigger('filed', { paused: false })).toMatchObject({ paused: false });
  const taken = await owner.deliverToTrigger('filed', { title: 'tea' }, { token: secret });
  expect(taken.status).toBe('fired');
  await expect(owner.deleteTrigger('filed')).rejects.toMatchObject({ status: 409 });
  writeFileSync(path, '[]');
  await vi.waitFor(
    async () => await expect(owner.getTrigger('filed')).rejects.toMatchObject({ status: 404 }),
    PATIENT,
  );
  const late = owner.deliverToTrigger('filed', { title: 'tea' }, { token: secret });
  await expect(late).rejects.toMatchObject({ status: 401 });
  // The same name again is the same trigger, with its secret; a file that is gone says nothing.
  writeFileSync(path, JSON.stringify([{ ...entry, enabled: true }]));
  await vi.waitFor(async () => await owner.getTrigger('filed'), PATIENT);
  rmSync(path);
  const back = await owner.deliverToTrigger('filed', { title: 'more tea' }, { token: secret });
  const { data } = await owner.listDeliveries('filed');
  expect(data.map(({ id, reason }) => (reason === null ? id : reason))).toEqual([
    back.delivery_id,
    taken.delivery_id,
    'TRIGGER_PAUSED',
  ]);
}, 90_000);

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const SUPER = { Authorization: `Bearer ${SUPER_TOKEN}` };

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

function askAs(user: string, more: object = {}): Promise<Response> {
  return system.post('/api/v1/chat', { message: 'hello', user_id: user, ...more }, SUPER);
}

test('a user that the super credential names for the first time is made', async () => {
  expect((await askAs('gary')).status).toBe(200);
  expect(system.query(`SELECT org_id, id FROM user WHERE id = 'gary'`)).toEqual([
    { org_id: 'home', id: 'gary' },
  ]);
});

test('every character that an id may have is taken', async () => {
  const user = 'Gary.B_1@home:oven+x-y';
  expect((await askAs(user)).status).toBe(200);
  const path = `/api/v1/orgs/home/users/${encodeURIComponent(user)}/history`;
  expect(await (await system.get(path, SUPER)).json()).toMatchObject({ total_count: 1 });
});

test("a user's token needs no user_id, and takes its own", async () => {
  const body = { message: 'hello', user_id: 'owner', org: 'home', client_id: 'test' };
  expect((await system.post('/api/v1/chat', body)).status).toBe(200);
});

test('a foreign run and an unknown one cannot be told apart', async () => {
  const foreign = (await askAs('gary')).headers.get('x-run-id') ?? '';
  const unknown = '0190a000-0000-7000-8000-000000000000';
  for (const path of ['/api/v1/runs/ID', '/api/v1/runs/ID/events']) {
    const bodies = await Promise.all(
      [foreign, unknown].map(async (id) => {
        const response = await system.get(path.replace('ID', id));
        expect(response.status).toBe(404);
        return (await response.text()).replace(/"request_id":"[^"]*"/, '');
      }),
    );
    expect(bodies[0]).toBe(bodies[1]);
  }
  const halt = await system.post(`/api/v1/runs/${foreign}/halt`, {});
  expect(halt.status).toBe(404);
});

test('a foreign conversation is as unknown as any', async () => {
  const foreign = (await askAs('gary')).headers.get('x-conversation-id');
  const response = await system.post('/api/v1/chat', { message: 'hi', conversation_id: foreign });
  expect(response.status).toBe(404);
});

test('a foreign job is as unknown as any', async () => {
  const body = { type: 'code', code: '1', user_id: 'gary' };
  const { id } = JSON.parse(await (await system.post('/api/v1/jobs', body, SUPER)).text());
  expect((await system.get(`/api/v1/jobs/${id}`)).status).toBe(404);
  expect((await system.get(`/api/v1/jobs/${id}`, SUPER)).status).toBe(200);
  expect((await system.get(`/api/v1/jobs/${id}?user_id=owner`, SUPER)).status).toBe(404);
});

test('each user has a history of its own', async () => {
  const gary = await (await system.get('/api/v1/orgs/home/users/gary/history', SUPER)).json();
  const owner = await system.owner.listHistory('home', 'owner');
  expect(gary).not.toMatchObject({ total_count: owner.total_count });
});

test('tokens are stored as hashes alone', () => {
  const hash = createHash('sha256').update(OWNER_TOKEN).digest('hex');
  expect(system.query('SELECT hash, kind, user_id FROM token')).toEqual([
    { hash, kind: 'user', user_id: 'owner' },
  ]);
  for (const file of readdirSync(system.dataDir)) {
    const path = join(system.dataDir, file);
    if (file.startsWith('bakerst.db')) {
      expect(readFileSync(path).includes(OWNER_TOKEN)).toBe(false);
      expect(readFileSync(path).includes(SUPER_TOKEN)).toBe(false);
    }
  }
});

import { createClient } from '@bakerst/client';
import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const USAGE = { input_tokens: 30, output_tokens: 5 };

let system: System;
beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: () => ({ ...textReply('ok'), usage: USAGE }),
    brainEnv: { CLAUDE_MODEL: 'claude-haiku-5-5' },
  });
});
afterAll(() => system[Symbol.asyncDispose]());

const as = (token: string) => createClient({ baseUrl: system.url, token });
const root = () => as(SUPER_TOKEN);

test('an org is made once, with users and tokens of its own', async () => {
  expect(await root().createOrg('bakery')).toMatchObject({ id: 'bakery' });
  await expect(root().createOrg('bakery')).rejects.toMatchObject({
    status: 409,
    body: { reason: 'ORG_EXISTS' },
  });
  expect((await root().listOrgs()).data.map(({ id }) => id)).toEqual(['bakery', 'home']);
  const admin = as((await root().createToken('bakery', { kind: 'org_admin', name: 'Ada' })).token);
  expect(await admin.createUser('bakery', { id: 'bob', response_language: 'de' })).toMatchObject({
    id: 'bob',
    org: 'bakery',
    response_language: 'de',
  });
  await expect(admin.createUser('bakery', { id: 'bob' })).rejects.toMatchObject({ status: 409 });
  const made = await admin.createToken('bakery', { kind: 'user', user_id: 'carla', name: 'phone' });
  expect(made.token).toMatch(/^bakerst_[\w-]{43}$/);
  expect((await admin.listUsers('bakery')).data.map(({ id }) => id)).toEqual(['bob', 'carla']);
  const carla = as(made.token);
  expect(await carla.chat({ message: 'hi' })).toMatchObject({ responses: ['ok'] });
  const tokens = (await admin.listTokens('bakery')).data;
  expect(tokens.map(({ kind, name, user_id }) => [kind, name, user_id])).toEqual([
    ['user', 'phone', 'carla'],
    ['org_admin', 'Ada', null],
  ]);
  expect(JSON.stringify(tokens)).not.toContain(made.token);
  await expect
    .poll(async () => (await admin.listTokens('bakery')).data[0]?.last_used_at)
    .not.toBe(null);
});

test('a revoked token is refused at once, and listed as revoked', async () => {
  const { id, token } = await root().createToken('home', {
    kind: 'user',
    user_id: 'dora',
    name: 'lost phone',
  });
  await as(token).listRuns();
  await root().revokeToken('home', id);
  await expect(as(token).listRuns()).rejects.toMatchObject({ status: 401 });
  const listed = (await root().listTokens('home')).data.find((each) => each.id === id);
  expect(listed?.revoked_at).not.toBe(null);
  await expect(root().revokeToken('home', 'no-such-token')).rejects.toMatchObject({ status: 404 });
  // A token of another org is none of this one's.
  const other = await root().createServiceToken({ kind: 'service', name: 'gateway' });
  await expect(root().revokeToken('home', other.id)).rejects.toMatchObject({ status: 404 });
  await root().revokeServiceToken(other.id);
  await expect(as(other.token).listRuns()).rejects.toMatchObject({ status: 401 });
});

test('a stream ends with the token that opened it', async () => {
  const { id, token } = await root().createToken('home', {
    kind: 'user',
    user_id: 'fay',
    name: 'tablet',
  });
  const events = as(token).watchEvents();
  expect((await events.next()).value).toEqual({ type: 'hello' });
  await root().revokeToken('home', id);
  expect((await events.next()).done).toBe(true);
}, 90_000);

test('a service of the installation works for every org, one of an org for that one alone', async () => {
  const wide = as((await root().createServiceToken({ kind: 'service', name: 'gateway' })).token);
  const { run_id } = await wide.chat({ message: 'hi', org: 'bakery', user_id: 'bob' });
  expect(await wide.getRun(run_id, { org: 'bakery' })).toMatchObject({ status: 'completed' });
  const bound = as((await root().createToken('home', { kind: 'service', name: 'cron' })).token);
  await expect(bound.chat({ message: 'hi', org: 'bakery', user_id: 'bob' })).rejects.toMatchObject({
    status: 403,
  });
  expect((await root().listServiceTokens()).data.map(({ name }) => name)).toContain('gateway');
  await expect(wide.createOrg('mine')).rejects.toMatchObject({ status: 403 });
  await expect(bound.listTokens('home')).rejects.toMatchObject({ status: 403 });
});

test('settings of an org are merged, checked together and reset', async () => {
  const config = { max_history_storage: 50, max_history_llm: 5, max_turns: 10 };
  expect(await root().getOrgConfig('home')).toEqual({ org: 'home', ...config, config });
  expect(await root().setOrgConfig('home', { max_history_llm: 7 })).toMatchObject({
    max_history_storage: 50,
    max_history_llm: 7,
  });
  await expect(root().setOrgConfig('home', { max_history_storage: 6 })).rejects.toMatchObject({
    status: 400,
    body: { message: 'max_history_llm cannot exceed max_history_storage' },
  });
  expect(await root().getOrgConfig('home')).toMatchObject({ max_history_storage: 50 });
  expect(await root().resetOrgConfig('home')).toMatchObject(config);
  await expect(root().getOrgConfig('nowhere')).rejects.toMatchObject({ status: 404 });
});

test('of two changes that were made from the same state the second one is refused', async () => {
  const headers = { Authorization: `Bearer ${SUPER_TOKEN}`, 'Content-Type': 'application/json' };
  const url = `${system.url}/api/v1/admin/orgs/bakery/config`;
  const tag = (await fetch(url, { headers })).headers.get('ETag') ?? '';
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  const put = (max_turns: number) =>
    fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'If-Match': tag },
      body: JSON.stringify({ max_turns }),
    });
  const answers = await Promise.all([put(20), put(30)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
  const refused = answers.find(({ status }) => status === 412);
  expect(await refused?.json()).toMatchObject({ reason: 'PRECONDITION_FAILED' });
  const { id } = await system.owner.createConversation({ title: 'one' });
  const talk = `/api/v1/conversations/${id}`;
  const seen = (await system.get(talk)).headers.get('ETag') ?? '';
  await system.owner.changeConversation(id, { title: 'two' });
  const late = await fetch(`${system.url}${talk}`, {
    method: 'PATCH',
    headers: { ...headers, 'If-Match': seen },
    body: JSON.stringify({ title: 'three' }),
  });
  expect(late.status).toBe(412);
  expect(await system.owner.getConversation(id)).toMatchObject({ title: 'two' });
});

test('the language that a user prefers reaches the model and stands in the answer', async () => {
  expect(await system.owner.getPreferences('home', 'owner')).toEqual({ response_language: 'en' });
  expect(await system.owner.setPreferences('home', 'owner', { response_language: 'de' })).toEqual({
    response_language: 'de',
  });
  const answer = await system.owner.chat({ message: 'hello' });
  expect(answer.response_language).toBe('de');
  expect(JSON.stringify(system.model.requests.at(-1))).toContain('language \\"de\\"');
  for (const response_language of ['EN', 'eng', 'e1', ''])
    await expect(
      system.owner.setPreferences('home', 'owner', { response_language }),
    ).rejects.toMatchObject({ status: 400, body: { message: 'Invalid response_language' } });
  await expect(
    system.owner.setPreferences('home', 'somebody-else', { response_language: 'fr' }),
  ).rejects.toMatchObject({ status: 403 });
});

test('usage is summed by day, user and model, and each sees their own', async () => {
  const before = (await root().readUsage({ org: 'bakery' })).total;
  const token = (
    await root().createToken('bakery', { kind: 'user', user_id: 'eve', name: 'phone' })
  ).token;
  const one = await as(token).chat({ message: 'one' });
  const two = await as(token).chat({ message: 'two' });
  const mine = await as(token).readUsage();
  expect(mine.total).toMatchObject({ runs: 2, input_tokens: 60, output_tokens: 10, unpriced: 0 });
  expect(mine.total.cost_usd).toBeCloseTo((one.cost_usd ?? 0) + (two.cost_usd ?? 0), 12);
  expect(mine.data).toMatchObject([{ key: new Date().toISOString().slice(0, 10), runs: 2 }]);
  const byUser = await root().readUsage({ org: 'bakery', by: 'user' });
  expect(byUser.total.runs).toBe(before.runs + 2);
  expect(byUser.data.find(({ key }) => key === 'eve')).toMatchObject({ runs: 2 });
  const byModel = await as(token).readUsage({ by: 'model' });
  expect(byModel.data).toMatchObject([{ key: 'claude-haiku-5-5', runs: 2 }]);
  expect((await as(token).readUsage({ from: '2020-01-01', to: '2020-12-31' })).data).toEqual([]);
  for (const query of [
    { from: '2026-02-02', to: '2026-02-01' },
    { from: '1000-01-01', to: '2026-01-01' },
    { from: '2026-02-30' },
  ])
    await expect(as(token).readUsage(query)).rejects.toMatchObject({ status: 400 });
});

test('a revoked owner token stays revoked after a restart', async () => {
  const tokens = (await root().listTokens('home')).data;
  const own = tokens.find(({ name }) => name.startsWith('owner token'));
  await root().revokeToken('home', own?.id ?? '');
  await system.brain.end('SIGTERM');
  await system.restartBrain();
  await expect(system.owner.listRuns()).rejects.toMatchObject({ status: 401 });
});

import { createClient } from '@bakerst/client';
import { Api, type Endpoint } from '@bakerst/contracts';
import { textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BODIES } from './support/right-bodies.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

// P17: nobody reads or changes what is another one's. Every endpoint is asked with every id that somebody else has, by
// everybody who has no business with it; the answers must not even tell that there is such a thing.

let system: System;
/** Ids of what the user `alice` of the org `bakery` has, by what they are called in paths. */
let hers: Readonly<Record<string, readonly string[]>>;
let strangers: Readonly<Record<string, string>>;

const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';
const SECRET = 'xyzzy';
/** Of somebody on a channel who speaks for her. */
const IDENTITY = '01900000-0000-7000-8000-00000000000a';

beforeAll(async () => {
  system = await startSystem({
    // Every id is tried at every endpoint: more than a person asks in a minute.
    brainEnv: { USER_REQUESTS_PER_MINUTE: '100000', SERVICE_REQUESTS_PER_MINUTE: '100000' },
    script: ({ messages }) =>
      messages.length === 1
        ? toolReply('execute_code', { code: `return '${SECRET}'` })
        : textReply(SECRET),
  });
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  const make = async (org: string, body: Parameters<typeof root.createToken>[1]) =>
    (await root.createToken(org, body)).token;
  await root.createOrg('bakery');
  await root.createOrg('mill');
  const token = await make('bakery', { kind: 'user', user_id: 'alice', name: 'alice' });
  const alice = createClient({ baseUrl: system.url, token });
  strangers = {
    'a colleague': await make('bakery', { kind: 'user', user_id: 'bob', name: 'bob' }),
    'a user of another org': await make('mill', { kind: 'user', user_id: 'alice', name: 'other' }),
    'an administrator of another org': await make('mill', { kind: 'org_admin', name: 'boss' }),
    'a service of another org': await make('mill', { kind: 'service', name: 'cron' }),
  };
  const talk = await alice.createConversation({ title: SECRET });
  const { run_id: runId } = await alice.chat({ message: SECRET, conversation_id: talk.id });
  const { id: jobId } = await alice.postJob({ type: 'code', code: `return '${SECRET}'` });
  await vi.waitFor(async () => expect((await alice.getJob(jobId)).status).toBe('completed'), {
    timeout: 30_000,
    interval: 50,
  });
  const file = await alice.createAttachment(new Blob([SECRET]));
  await alice.signIn({ token });
  const sessions = (await alice.listSessions()).data.map(({ id }) => id);
  const schedule = await alice.createSchedule({
    name: SECRET,
    cron: '0 8 * * *',
    action: { type: 'run', message: SECRET },
  });
  await alice.createTrigger({ name: SECRET, action: { type: 'run', message: SECRET } });
  const { delivery_id: delivery } = await alice.testTrigger(SECRET, { payload: {}, fire: true });
  const fact = await alice.storeFact({ text: `The word is ${SECRET}.` });
  const tokens = (await root.listTokens('bakery')).data.map(({ id }) => id);
  await root.putMcpServer('bakery', { id: 'xyzzy', url: 'https://xyzzy.example.org/mcp' });
  const sender = { id: IDENTITY, name: SECRET };
  const chat = { id: IDENTITY, kind: 'direct' } as const;
  const { code } = await alice.createChannelLink();
  await root.claimChannelLink('telegram', { sender, chat, code });
  const told = await root.createDelivery('telegram', { sender, chat, key: 'k', text: SECRET });
  hers = {
    channel: ['telegram'],
    code: [code],
    serverId: ['xyzzy'],
    tool: ['read'],
    id: [
      talk.id,
      runId,
      jobId,
      file.id,
      fact.id,
      schedule.id,
      ...sessions,
      ...tokens,
      IDENTITY,
      told.id,
    ],
    org: ['bakery'],
    userId: ['alice'],
    delivery: [delivery ?? ''],
  };
  await alice.writeSection(SECRET, { content: SECRET });
  await root.setOrgPrompts('bakery', { closing: 'Bake well.' });
  await root.setUserPrompts('bakery', 'alice', { closing: SECRET });
});
afterAll(() => system[Symbol.asyncDispose]());

const closed = Object.entries<Endpoint>(Api).filter(([, { isOpen }]) => isOpen !== true);
// Whoever names a section or a trigger and no user means one of their own notebook.
const withIds = closed.filter(([, { path }]) => path.includes('{') && !path.includes('{name}'));

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(endpoint: Endpoint, path: string, { token, body }: Ask): Promise<Answer> {
  const response = await fetch(`${system.url}${path}`, {
    method: endpoint.method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${token}`,
      ...(endpoint.body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(endpoint.body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, text: text.replaceAll(/"request_id":"[^"]+"/g, '') };
}

interface Ask {
  readonly token: string;
  readonly body: object;
}

/** Every way to fill the braces of a path with what is hers. */
function fill(path: string): readonly string[] {
  const name = /\{(\w+)\}/.exec(path)?.[1];
  if (name === undefined) return [path];
  return (hers[name] ?? []).flatMap((id) => fill(path.replace(`{${name}}`, id)));
}

describe.each(withIds)('%s', (id, endpoint) => {
  test.each([
    'a colleague',
    'a user of another org',
    'an administrator of another org',
    'a service of another org',
  ])('tells %s nothing', async (who) => {
    const token = strangers[who] ?? '';
    for (const path of fill(endpoint.path)) {
      const answer = await ask(endpoint, path, { token, body: BODIES[id] ?? {} });
      expect([403, 404], `${who} ${endpoint.method} ${path}`).toContain(answer.status);
      expect(answer.text).not.toContain(SECRET);
      if (!endpoint.path.includes('{id}')) continue;
      const unknown = path.replace(/[0-9a-f-]{36}/, UNKNOWN_ID);
      const asked = await ask(endpoint, unknown, { token, body: BODIES[id] ?? {} });
      expect(answer).toEqual(asked);
    }
  });
});

const triggers = closed.filter(([, { path }]) =>
  /^\/(api\/v1\/triggers|hooks)\/\{name\}/.test(path),
);

test.each(triggers)('%s knows no trigger of hers', async (id, endpoint) => {
  const path = endpoint.path.replace('{name}', SECRET).replace('{id}', hers['delivery']?.[0] ?? '');
  for (const [who, token] of Object.entries(strangers)) {
    const { status, text } = await ask(endpoint, path, { token, body: BODIES[id] ?? {} });
    expect([400, 403, 404], `${who} ${id}`).toContain(status);
    expect(text).not.toContain(SECRET);
  }
});

// A call of MCP names whom it works for among the arguments of its tool: see assistant-mcp.test.ts.
const named = closed.filter(
  ([id, { query, body }]) =>
    id !== 'mcp' && (query?.shape['user_id'] !== undefined || body !== undefined),
);

test.each(named)('%s works for nobody else by naming them', async (id, endpoint) => {
  const path = endpoint.path.replaceAll(/\{\w+\}/g, UNKNOWN_ID);
  const whom = { org: 'bakery', user_id: 'alice' };
  for (const [who, token] of Object.entries(strangers)) {
    const words = id === 'searchMessages' ? `&q=${SECRET}` : '';
    const mayName = endpoint.query?.shape['user_id'] !== undefined;
    const query = mayName ? `?org=bakery&user_id=alice${words}` : '';
    const body = { ...BODIES[id], ...whom };
    const { status, text } = await ask(endpoint, `${path}${query}`, { token, body });
    expect(status, `${who} ${id}`).toBe(403);
    expect(text).not.toContain(SECRET);
  }
});

const lists = closed.filter(([, { method, path }]) => method === 'get' && !path.includes('{'));

test.each(lists.filter(([id]) => id !== 'watchEvents' && id !== 'listWorkers'))(
  '%s shows strangers nothing of hers',
  async (id, endpoint) => {
    const query = id === 'searchMessages' ? `?q=${SECRET}` : '';
    for (const [who, token] of Object.entries(strangers)) {
      const own =
        who === 'a service of another org' || who.startsWith('an admin') ? '&user_id=alice' : '';
      const asked = `${endpoint.path}${query === '' && own !== '' ? '?' : query}${own}`;
      const { status, text } = await ask(endpoint, asked.replace('?&', '?'), { token, body: {} });
      expect(status, `${who} ${id}`).toBeLessThan(500);
      expect(text).not.toContain(SECRET);
      for (const each of hers['id'] ?? []) expect(text, who).not.toContain(each);
    }
  },
);

test('what she has is as it was', async () => {
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  const [talk] = hers['id'] ?? [];
  expect(await root.getConversation(talk ?? '', { org: 'bakery' })).toMatchObject({
    title: SECRET,
    pinned: false,
    message_count: 2,
  });
  expect(await root.getPreferences('bakery', 'alice')).toEqual({ response_language: 'en' });
  expect((await root.listFacts({ org: 'bakery' })).data).toMatchObject([
    { text: `The word is ${SECRET}.`, user_id: 'alice' },
  ]);
  expect((await root.listMcpServers('bakery')).servers).toMatchObject([
    { id: 'xyzzy', url: 'https://xyzzy.example.org/mcp' },
  ]);
  expect((await root.listSchedules({ org: 'bakery' })).data).toMatchObject([
    { name: SECRET, paused: false, last: null },
  ]);
  const trigger = await root.getTrigger(SECRET, { org: 'bakery', user_id: 'alice' });
  expect(trigger).toMatchObject({ paused: false, action: { message: SECRET } });
  const { sections } = await root.getNotebook({ org: 'bakery', user_id: 'alice' });
  expect(sections).toMatchObject([{ name: SECRET, content: SECRET }]);
  expect(await root.getUserPrompts('bakery', 'alice')).toEqual({ closing: SECRET });
  expect((await root.getOrgPrompts('bakery')).overrides).toEqual({
    closing: 'Bake well.',
  });
  expect((await root.listChannelIdentities({ org: 'bakery' })).data).toMatchObject([
    { id: IDENTITY, user_id: 'alice', linked_by: 'code' },
  ]);
  expect(await root.getOrgConfig('bakery')).toMatchObject({ max_turns: 10 });
  expect((await root.listUsers('bakery')).data.map(({ id }) => id)).toEqual(['alice', 'bob']);
});

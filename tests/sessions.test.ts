import { createClient } from '@bakerst/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

let system: System;
const asRoot = () => createClient({ baseUrl: system.url, token: SUPER_TOKEN });
beforeAll(async () => {
  system = await startSystem({ workers: 0 });
});
afterAll(() => system[Symbol.asyncDispose]());

const PAGE = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' };

function send(
  method: string,
  path: string,
  more: { headers?: Record<string, string>; body?: unknown } = {},
) {
  return fetch(`${system.url}${path}`, {
    method,
    headers: { ...PAGE, ...more.headers },
    ...(more.body !== undefined && { body: JSON.stringify(more.body) }),
  });
}

const signIn = (body: unknown): Promise<Response> => send('POST', '/api/v1/session', { body });

function cookieOf(response: Response): string {
  return response.headers.get('Set-Cookie')?.split(';')[0] ?? '';
}

async function makeCode(): Promise<string> {
  const link = await asRoot().createSignInLink({ user_id: 'owner' });
  expect(link.path).toMatch(/^\/sign-in#/);
  return link.path.split('#')[1] ?? '';
}

test('a link signs in once; the session outlives the brain, and ends when it is told to', async () => {
  const code = await makeCode();
  const opened = await signIn({ code });
  expect(opened.status).toBe(201);
  expect(opened.headers.get('Set-Cookie')).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=\d{7}$/);
  expect(await opened.json()).toMatchObject({ org: 'home', user_id: 'owner', is_owner: true });
  const again = await signIn({ code });
  expect(again.status).toBe(401);
  expect(await again.json()).toMatchObject({ reason: 'LINK_INVALID' });

  const Cookie = cookieOf(opened);
  await system.brain.end('SIGKILL');
  await system.restartBrain();
  const seen = await send('GET', '/api/v1/session', { headers: { Cookie } });
  expect(seen.status).toBe(200);
  expect(seen.headers.get('Set-Cookie')).toContain(Cookie);
  const { data } = await system.owner.listSessions();
  expect(data).toMatchObject([{ made_by: 'link', is_current: false }]);
  const out = await send('DELETE', '/api/v1/session', { headers: { Cookie } });
  expect(out.status).toBe(204);
  expect(out.headers.get('Set-Cookie')).toContain('Max-Age=0');
  expect((await send('GET', '/api/v1/session', { headers: { Cookie } })).status).toBe(401);
});

test('a cookie changes nothing for another page, and nothing outside of the API', async () => {
  const Cookie = cookieOf(await signIn({ token: OWNER_TOKEN }));
  const create = (headers: Record<string, string>) =>
    send('POST', '/api/v1/conversations', { headers: { Cookie, ...headers }, body: {} });
  expect((await create({})).status).toBe(201);
  for (const site of ['cross-site', 'same-site', 'none']) {
    const refused = await create({ 'Sec-Fetch-Site': site, Origin: 'https://evil.example.org' });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ reason: 'CROSS_ORIGIN' });
  }
  const chat = await send('POST', '/chat', { headers: { Cookie }, body: { message: 'hello' } });
  expect(chat.status).toBe(401);
  // What is said by a token is not taken from a cookie.
  const wrong = { Cookie, Authorization: 'Bearer wrong' };
  expect((await send('GET', '/api/v1/session', { headers: wrong })).status).toBe(401);
});

test('with its token a session ends, and so does what it has open', async () => {
  const { id, token } = await asRoot().createToken('home', {
    kind: 'user',
    user_id: 'gary',
    name: 'laptop',
  });
  const opened = await signIn({ token });
  expect(await opened.json()).toMatchObject({ user_id: 'gary', is_owner: false });
  const Cookie = cookieOf(opened);
  expect((await send('GET', '/api/v1/runs', { headers: { Cookie } })).status).toBe(200);
  await asRoot().revokeToken('home', id);
  expect((await send('GET', '/api/v1/runs', { headers: { Cookie } })).status).toBe(401);
});

test('nobody signs in with what stands for no user, and no user makes links', async () => {
  const refused = await signIn({ token: SUPER_TOKEN });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ reason: 'NO_USER' });
  for (const body of [{ token: 'wrong' }, { code: 'wrong' }, { code: `${'x'.repeat(12)}.y` }])
    expect((await signIn(body)).status).toBe(401);
  for (const body of [{}, { code: 1 }, { code: '' }, { code: 'a', token: 'b' }, []])
    expect((await signIn(body)).status).toBe(400);
  await expect(system.owner.createSignInLink()).rejects.toMatchObject({ status: 403 });
  await expect(system.owner.endSession('nothing')).rejects.toMatchObject({ status: 404 });
});

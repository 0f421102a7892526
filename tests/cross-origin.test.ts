import { expect, test } from 'vitest';
import { OWNER_TOKEN, startSystem } from './support/system.ts';

const PAGE = 'https://page.example.org';

const preflight = (url: string, origin: string) =>
  fetch(`${url}/api/v1/runs`, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,idempotency-key',
    },
  });

test('a page whose origin is listed may use the API, another one may not', async () => {
  await using system = await startSystem({ workers: 0, brainEnv: { CORS_ORIGINS: PAGE } });
  const allowed = await preflight(system.url, PAGE);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('Access-Control-Allow-Origin')).toBe(PAGE);
  expect(allowed.headers.get('Access-Control-Allow-Headers')?.toLowerCase()).toContain(
    'idempotency-key',
  );
  expect(allowed.headers.get('Access-Control-Allow-Credentials')).toBe(null);
  expect(allowed.headers.get('Vary')).toContain('Origin');
  const refused = await preflight(system.url, 'https://evil.example.org');
  expect(refused.headers.get('Access-Control-Allow-Origin')).toBe(null);
  const listed = await system.get('/api/v1/runs', { Origin: PAGE });
  expect(listed.headers.get('Access-Control-Allow-Origin')).toBe(PAGE);
  expect(listed.headers.get('Access-Control-Expose-Headers')).toContain('X-Run-Id');
  // Who is refused can read why.
  const wrong = await system.get('/api/v1/runs', { Origin: PAGE, Authorization: 'Bearer wrong' });
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get('Access-Control-Allow-Origin')).toBe(PAGE);
});

test('unless somebody lists one, no page may', async () => {
  await using system = await startSystem({ workers: 0 });
  const response = await system.get('/api/v1/runs', { Origin: PAGE });
  expect(response.status).toBe(200);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBe(null);
  const asked = await fetch(`${system.url}/api/v1/runs`, {
    method: 'OPTIONS',
    headers: { Origin: PAGE, Authorization: `Bearer ${OWNER_TOKEN}` },
  });
  expect(asked.status).toBe(405);
});

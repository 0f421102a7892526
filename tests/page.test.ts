import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendRaw } from './support/raw-http.ts';
import { type System, startSystem } from './support/system.ts';

const INDEX = '<!doctype html><title>bakerst</title><script src="/assets/index-a1.js"></script>';
const SCRIPT = `document.title = '${'x'.repeat(2_000)}';`;
const BROWSER = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let system: System;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bakerst-page-'));
  mkdirSync(join(dir, 'assets'));
  writeFileSync(join(dir, 'index.html'), INDEX);
  writeFileSync(join(dir, 'assets/index-a1.js'), SCRIPT);
  writeFileSync(join(dir, 'assets/index-a1.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(dir, '.secret'), 'not for anybody');
  system = await startSystem({ workers: 0, brainEnv: { PAGE_DIR: dir } });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

const open = (path: string, headers: Record<string, string> = BROWSER): Promise<Response> =>
  fetch(`${system.url}${path}`, { headers });

test('a browser gets the page wherever it goes, and may load nothing from elsewhere', async () => {
  for (const path of [
    '/',
    '/chat/1',
    '/jobs',
    '/conversations',
    '/sign-in',
    '/nothing/like/that',
  ]) {
    const page = await open(path);
    expect([page.status, await page.text()], path).toEqual([200, INDEX]);
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
    expect(page.headers.get('Vary')).toContain('Accept');
  }
  const { headers } = await open('/');
  const policy = headers.get('Content-Security-Policy') ?? '';
  for (const rule of [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ])
    expect(policy.split('; ')).toContain(rule);
  expect(policy).not.toContain('unsafe');
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('X-Frame-Options')).toBe('DENY');
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(headers.get('Permissions-Policy')).toContain('microphone=()');
});

test('its files are kept by the browser, and come as small as it can take them', async () => {
  const small = await open('/assets/index-a1.js', { 'Accept-Encoding': 'br' });
  expect(small.headers.get('Content-Encoding')).toBe('br');
  expect(small.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
  expect(small.headers.get('Cache-Control')).toContain('immutable');
  expect(await small.text()).toBe(SCRIPT);
  const plain = await open('/assets/index-a1.js', { 'Accept-Encoding': 'identity' });
  expect(plain.headers.get('Content-Encoding')).toBe(null);
  expect(await plain.text()).toBe(SCRIPT);
  const tag = (await open('/')).headers.get('ETag') ?? '';
  // By hand: fetch would ask for a fresh one.
  const again = await sendRaw(
    system.port,
    `GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nIf-None-Match: ${tag}\r\nConnection: close\r\n\r\n`,
  );
  expect(again.status).toBe(304);
});

test('the API is what it was, for browsers too', async () => {
  expect((await open('/api/v1/runs')).status).toBe(401);
  expect((await open('/api/nothing')).status).toBe(404);
  expect((await open('/docs')).headers.get('Content-Security-Policy')).not.toContain('frame-src');
  for (const path of ['/jobs', '/conversations']) {
    const listed = await system.get(path);
    expect(listed.headers.get('Content-Type')).toContain('application/json');
  }
  for (const path of ['/nothing', '/assets/nothing.js', '/.secret', '/assets/..%2f.secret']) {
    const missing = await open(path, { Accept: '*/*' });
    expect([missing.status, missing.headers.get('Content-Type')], path).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
  }
});

test('without a page the API says how to get one', async () => {
  rmSync(join(dir, 'index.html'));
  const missing = await open('/');
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ reason: 'PAGE_NOT_BUILT' });
  expect((await system.get('/api/v1/runs')).status).toBe(200);
});

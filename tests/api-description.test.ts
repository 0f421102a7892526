import { Api } from '@bakerst/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({ workers: 0 });
});
afterAll(() => system[Symbol.asyncDispose]());

const endpoints = Object.entries(Api).map(([id, endpoint]) => ({ id, endpoint }));

test('the description is there for programs and for people, and needs no token', async () => {
  const document = await fetch(`${system.url}/openapi.json`);
  expect(document.status).toBe(200);
  const { openapi, paths } = (await document.json()) as { openapi: string; paths: object };
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(paths)).toContain('/api/v1/chat/stream');
  const page = await fetch(`${system.url}/docs`);
  expect(page.headers.get('Content-Type')).toContain('text/html');
  const text = await page.text();
  const linked = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path = '']) => path);
  expect(linked).toHaveLength(4);
  for (const path of linked) {
    expect(path).toMatch(/^\/docs\//);
    const file = await fetch(`${system.url}${path}`);
    expect(file.status).toBe(200);
    await file.body?.cancel();
  }
});

test.each(endpoints)('$id is served', async ({ endpoint: { method, path } }) => {
  // What a path allows is told to whoever tries something else.
  const response = await fetch(`${system.url}${path.replaceAll(/\{\w+\}/g, 'nothing')}`, {
    method: 'OPTIONS',
  });
  await response.body?.cancel();
  expect(response.headers.get('Allow')?.split(', ')).toContain(method.toUpperCase());
});

test.each(endpoints)('the client calls $id', ({ id }) => {
  expect(system.owner).toHaveProperty(id, expect.any(Function));
});

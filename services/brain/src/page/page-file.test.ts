import { expect, test } from 'vitest';
import {
  isFilePath,
  isReserved,
  toCacheControl,
  toMediaType,
  variantsFor,
  wantsPage,
} from './page-file.ts';

test.each(['/assets/index-a1B2.js', '/favicon.svg', '/manifest.webmanifest'])(
  '%s may be a file of the page',
  (path) => expect(isFilePath(path)).toBe(true),
);

test.each(['/', '/chat', '/assets/', '/../package.json', '/.env', '/a/.git/x.js', '/api/x.js'])(
  '%s is none',
  (path) => expect(isFilePath(path)).toBe(false),
);

test('what is not the page stays what it is', () => {
  expect(['/api/v1/runs', '/docs', '/metrics', '/mcp'].every(isReserved)).toBe(true);
  expect(['/', '/chat', '/jobs', '/apiary', '/health-of-me'].some(isReserved)).toBe(false);
});

test('a browser wants the page, a program that takes anything does not', () => {
  expect(wantsPage('text/html,application/xhtml+xml,*/*;q=0.8')).toBe(true);
  expect(wantsPage('*/*')).toBe(false);
  expect(wantsPage(undefined)).toBe(false);
});

test('only what has its hash in its name is kept unasked', () => {
  expect(toCacheControl('/assets/index-a1B2.js')).toContain('immutable');
  expect(toCacheControl('/index.html')).toBe('no-cache');
  expect(toMediaType('/index.html')).toBe('text/html; charset=utf-8');
  expect(toMediaType('/icon.png')).toBe(undefined);
});

test('the smallest form that a browser takes comes first', () => {
  const ask = (header: string | undefined) => variantsFor(header).map(({ encoding }) => encoding);
  expect(ask('gzip, deflate, br, zstd')).toEqual(['br', 'gzip']);
  expect(ask('gzip;q=1.0, br;q=0')).toEqual(['gzip']);
  expect(ask('identity')).toEqual([]);
  expect(ask(undefined)).toEqual([]);
});

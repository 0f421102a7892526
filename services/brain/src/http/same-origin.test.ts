import type { Request } from 'express';
import { expect, test } from 'vitest';
import { refuseForeignPage, requireOwnPage } from './same-origin.ts';

function toRequest(method: string, headers: Readonly<Record<string, string>>): Request {
  const lower = Object.fromEntries(
    Object.entries({ host: '192.168.1.5:3000', ...headers }).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const request: Partial<Request> = { method, headers: lower };
  return Object.assign(request, { get: (name: string) => lower[name.toLowerCase()] }) as Request;
}

const OWN = { Origin: 'http://192.168.1.5:3000' };
const CASES = [
  ['POST', { 'Sec-Fetch-Site': 'same-origin' }, true],
  ['POST', { 'Sec-Fetch-Site': 'same-site', ...OWN }, false],
  ['POST', { 'Sec-Fetch-Site': 'cross-site' }, false],
  ['POST', { 'Sec-Fetch-Site': 'none' }, false],
  ['GET', { 'Sec-Fetch-Site': 'none' }, true],
  ['GET', { 'Sec-Fetch-Site': 'cross-site' }, false],
  ['POST', OWN, true],
  ['POST', { Origin: 'http://192.168.1.5:4000' }, false],
  ['POST', { Origin: 'null' }, false],
  ['POST', {}, false],
  ['GET', {}, true],
  ['GET', { Origin: 'https://evil.example.org' }, false],
  ['DELETE', { Origin: 'https://assistant.example.org' }, true],
] as const;

test.each(CASES)('%s with %o counts as ours: %s', (method, headers, isOurs) => {
  const check = () => requireOwnPage(toRequest(method, headers), 'https://assistant.example.org/');
  if (isOurs) expect(check).not.toThrow();
  else expect(check).toThrow('another page');
});

test('what to set is said where an address is known', () => {
  const request = toRequest('POST', { Origin: 'http://box.lan:3000' });
  expect(() => requireOwnPage(request, undefined)).toThrow('PUBLIC_URL=http://box.lan:3000');
});

test('a program that is no browser may sign in', () => {
  expect(() => refuseForeignPage(toRequest('POST', {}), undefined)).not.toThrow();
  const foreign = toRequest('POST', { 'Sec-Fetch-Site': 'cross-site' });
  expect(() => refuseForeignPage(foreign, undefined)).toThrow('another page');
});

import { expect, test } from 'vitest';
import { type Hop, redirect } from './redirect.ts';

const SECRET = { Authorization: 'Bearer secret', 'X-Auth-Token': 'secret' };
const HARMLESS = { Accept: 'text/plain', 'IF-NONE-MATCH': '"1"', 'Idempotency-Key': 'job-1' };
const FROM = 'https://oven.test/bread';

const hop: Hop = {
  method: 'POST',
  url: FROM,
  headers: { ...SECRET, ...HARMLESS },
  body: 'rye',
};

function redirectTo(target: string, status = 307, method = hop.method): Hop {
  return redirect({ ...hop, method }, { status, target, from: new URL(hop.url) });
}

test.each([
  ['another path', '/rolls'],
  ['the port that goes without saying', 'https://oven.test:443/rolls'],
])('%s is the same origin and gets every header', (_what, target) => {
  expect(redirectTo(target).headers).toEqual(hop.headers);
});

test.each([
  ['the same host without encryption', 'http://oven.test/bread'],
  ['the same host and port without encryption', 'http://oven.test:443/bread'],
  ['another port', 'https://oven.test:8443/bread'],
  ['another host', 'https://other.test/bread'],
  ['a host below it', '//deep.oven.test/bread'],
])('%s is another origin and gets what is harmless', (_what, target) => {
  expect(redirectTo(target)).toEqual({
    method: 'POST',
    url: new URL(target, FROM).href,
    headers: HARMLESS,
    body: 'rye',
  });
});

test.each([
  [301, 'POST'],
  [302, 'POST'],
  [303, 'POST'],
  [303, 'PUT'],
  [303, 'DELETE'],
] as const)(
  'a %i of a %s goes on as a GET without a body and what is said of it',
  (status, method) => {
    const typed = { ...hop, method, headers: { 'content-TYPE': 'text/plain', 'X-Loaf': '1' } };
    expect(redirect(typed, { status, target: '/rolls', from: new URL(FROM) })).toEqual({
      method: 'GET',
      url: 'https://oven.test/rolls',
      headers: { 'X-Loaf': '1' },
      body: undefined,
    });
  },
);

test.each([
  [301, 'PUT'],
  [302, 'PATCH'],
  [302, 'DELETE'],
  [301, 'HEAD'],
  [303, 'HEAD'],
  [303, 'GET'],
  [308, 'POST'],
] as const)('a %i of a %s goes on as the same request', (status, method) => {
  expect(redirectTo('/rolls', status, method)).toEqual({
    ...hop,
    method,
    url: 'https://oven.test/rolls',
  });
});

test('a target that is no URL is refused', () => {
  expect(() => redirectTo('http://')).toThrow(expect.objectContaining({ reason: 'BAD_REDIRECT' }));
});

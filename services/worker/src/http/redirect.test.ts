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

function redirectTo(target: string, status = 307): Hop {
  return redirect(hop, { status, target, from: new URL(hop.url) });
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

test.each([301, 302, 303])('a %i goes on as a GET without a body', (status) => {
  expect(redirectTo('/rolls', status)).toMatchObject({ method: 'GET', body: undefined });
});

test('a target that is no URL is refused', () => {
  expect(() => redirectTo('http://')).toThrow(expect.objectContaining({ reason: 'BAD_REDIRECT' }));
});

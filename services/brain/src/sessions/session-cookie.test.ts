import { expect, test } from 'vitest';
import { joinParts, makeSecret } from './secret-parts.ts';
import { readSessionCookie, toClearedCookie, toSetCookie } from './session-cookie.ts';

const parts = { id: '0193c1d6-0000-7000-8000-000000000001', secret: makeSecret() };
const LIFE = { maxAgeMs: 60_000, isSecure: false };

test('a cookie is for this site and no script, and secure where the page is', () => {
  expect(toSetCookie(parts, LIFE)).toBe(
    `bakerst_session=${joinParts(parts)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`,
  );
  expect(toSetCookie(parts, { ...LIFE, isSecure: true })).toMatch(/; Secure$/);
  expect(toClearedCookie(false)).toContain('bakerst_session=; Path=/;');
  expect(toClearedCookie(false)).toContain('Max-Age=0');
});

test('a session is read among other cookies', () => {
  expect(readSessionCookie(`theme=dark; bakerst_session=${joinParts(parts)}; a=b`)).toEqual(parts);
});

test.each([undefined, '', 'theme=dark', 'bakerst_session=', 'bakerst_session=x.y'])(
  '"%s" holds none',
  (header) => expect(readSessionCookie(header)).toBe(undefined),
);

test('of two sessions none counts', () => {
  const one = `bakerst_session=${joinParts(parts)}`;
  expect(readSessionCookie(`${one}; ${one}`)).toBe(undefined);
});

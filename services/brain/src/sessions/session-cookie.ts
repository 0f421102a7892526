import { SESSION_COOKIE } from '@bakerst/contracts';
import { joinParts, type SecretParts, splitParts } from './secret-parts.ts';

interface CookieLife {
  readonly maxAgeMs: number;
  /** The page is only ever reached over https. */
  readonly isSecure: boolean;
}

/** The header that gives a browser its session. Scripts cannot read it, and no other site makes it be sent. */
export function toSetCookie(parts: SecretParts, life: CookieLife): string {
  return build(joinParts(parts), life);
}

/** The header that takes it away. */
export function toClearedCookie(isSecure: boolean): string {
  return build('', { maxAgeMs: 0, isSecure });
}

function build(value: string, { maxAgeMs, isSecure }: CookieLife): string {
  const seconds = Math.floor(maxAgeMs / 1_000);
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
  return `${SESSION_COOKIE}=${value}; ${attributes}${isSecure ? '; Secure' : ''}`;
}

/** What the Cookie header of a request says of a session; undefined when it says nothing, or two things. */
export function readSessionCookie(header: string | undefined): SecretParts | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`));
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return undefined;
  return splitParts(value.slice(SESSION_COOKIE.length + 1));
}

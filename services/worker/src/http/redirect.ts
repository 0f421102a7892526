import type { HttpMethod } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

/**
 * What says how to answer, and is no secret: all that another origin than the one that was asked is told. A list of
 * secrets would never be complete. The key of a keyed job is on it: it is no credential, and a 307 that went without it
 * would be acted upon once for every attempt.
 */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'user-agent',
]);

/** What they say is of a body that a GET goes on without. */
const BODY_HEADERS: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

/** One request of a job; the first, or where a redirect leads. */
export interface Hop {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

interface Redirect {
  readonly status: number;
  readonly target: string;
  /** Where the hop has led. */
  readonly from: URL;
}

/**
 * Where a redirect leads, as browsers take it (Fetch, "HTTP-redirect fetch"): a 303 turns all but GET and HEAD into a
 * GET without a body, a 301 or 302 only POST. Whatever else goes on as it is, with its body, wherever that leads.
 * Throws AppError VALIDATION_ERROR for a target that is no URL.
 */
export function redirect(hop: Hop, { status, target, from }: Redirect): Hop {
  if (!URL.canParse(target, from))
    throw new AppError('VALIDATION_ERROR', 'the redirect leads nowhere', {
      reason: 'BAD_REDIRECT',
    });
  const url = new URL(target, from);
  const headers = url.origin === from.origin ? hop.headers : onlyHarmless(hop.headers);
  if (!turnsIntoGet(status, hop.method)) return { ...hop, url: url.href, headers };
  const ofGet = pickHeaders(headers, (name) => !BODY_HEADERS.has(name));
  return { method: 'GET', url: url.href, headers: ofGet, body: undefined };
}

function turnsIntoGet(status: number, method: HttpMethod): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function onlyHarmless(headers: Hop['headers']): Hop['headers'] {
  return pickHeaders(headers, (name) => HARMLESS_HEADERS.has(name));
}

/** Those whose name in lower case is wanted. */
function pickHeaders(headers: Hop['headers'], isWanted: (name: string) => boolean): Hop['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => isWanted(name.toLowerCase())),
  );
}

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
 * Where a redirect leads, as browsers take it (RFC 9110, 15.4): all but 307 and 308 turn into a GET without a body, and
 * those two take the body along wherever they lead. Throws AppError VALIDATION_ERROR for a target that is no URL.
 */
export function redirect(hop: Hop, { status, target, from }: Redirect): Hop {
  if (!URL.canParse(target, from))
    throw new AppError('VALIDATION_ERROR', 'the redirect leads nowhere', {
      reason: 'BAD_REDIRECT',
    });
  const url = new URL(target, from);
  const headers = url.origin === from.origin ? hop.headers : onlyHarmless(hop.headers);
  const keepsMethod = status === 307 || status === 308 || hop.method === 'HEAD';
  if (keepsMethod) return { ...hop, url: url.href, headers };
  return { method: 'GET', url: url.href, headers, body: undefined };
}

function onlyHarmless(headers: Hop['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name.toLowerCase())),
  );
}

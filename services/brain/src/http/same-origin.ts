import { AppError } from '@bakerst/kit';
import type { Request } from 'express';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * What a browser sends by itself, such as a cookie, counts only for our own page. Throws AppError AUTHORIZATION_ERROR for a request that
 * another one has caused, and for a change that says nothing of where it comes from. No script can write these headers.
 */
export function requireOwnPage(request: Request, publicUrl: string | undefined): void {
  const site = request.get('Sec-Fetch-Site');
  const origin = request.get('Origin');
  const isReading = READING.has(request.method);
  // An address that a person has typed, or followed from a mail.
  if (site === 'same-origin' || (site === 'none' && isReading)) return;
  if (site === undefined && isOwnOrigin(origin, request, publicUrl)) return;
  if (site === undefined && origin === undefined && isReading) return;
  throw foreign(origin);
}

/** The same where a request without a browser is welcome too. */
export function refuseForeignPage(request: Request, publicUrl: string | undefined): void {
  const isSaid = request.get('Sec-Fetch-Site') !== undefined || request.get('Origin') !== undefined;
  if (isSaid) requireOwnPage(request, publicUrl);
}

/** Browsers leave Sec-Fetch-Site out where there is no https; the Host was checked before. */
function isOwnOrigin(
  origin: string | undefined,
  request: Request,
  publicUrl: string | undefined,
): boolean {
  const url = origin === undefined ? null : URL.parse(origin);
  if (url === null) return false;
  if (url.host === request.headers.host) return true;
  return publicUrl !== undefined && url.origin === new URL(publicUrl).origin;
}

function foreign(origin: string | undefined): AppError {
  const url = origin === undefined ? null : URL.parse(origin);
  const line =
    url === null || !/^[a-z0-9.:[\]-]+$/.test(url.host)
      ? ''
      : `: if ${url.origin} is where people reach this one, set PUBLIC_URL=${url.origin}`;
  return new AppError('AUTHORIZATION_ERROR', `this request comes from another page${line}`, {
    reason: 'CROSS_ORIGIN',
  });
}

import { AppError } from '@bakerst/kit';
import type { Request } from 'express';
import type { Authenticator } from '../principals/authenticate.ts';
import type { Identity } from '../principals/principal.ts';
import type { RateLimits } from './rate-limits.ts';
import { requireOwnPage } from './same-origin.ts';

/** A browser's session counts here, a token everywhere. */
const OF_SESSIONS = '/api/';

export interface IdentifyDeps {
  readonly authenticator: Authenticator;
  /** Who is behind the session in a Cookie header. */
  readonly identifySession: (cookies: string | undefined) => Identity | undefined;
  readonly limits: Pick<RateLimits, 'noteBadLogin'>;
  readonly publicUrl: string | undefined;
}

/**
 * Who asks. A token goes before a cookie; a cookie counts only for what our own page asks. Throws AppError
 * AUTHENTICATION_ERROR, AUTHORIZATION_ERROR for another page, RATE_LIMIT_EXCEEDED for too many wrong credentials.
 */
export async function identify(deps: IdentifyDeps, request: Request): Promise<Identity> {
  try {
    const identity = identifyNow(deps, request);
    if (identity.credential.kind === 'session') requireOwnPage(request, deps.publicUrl);
    return identity;
  } catch (err) {
    if (isWrongLogin(err)) await deps.limits.noteBadLogin(request.ip ?? '');
    throw err;
  }
}

function isWrongLogin(err: unknown): boolean {
  return err instanceof AppError && err.code === 'AUTHENTICATION_ERROR';
}

/** The same, a while after the request was let in. */
export function isStillKnown(deps: IdentifyDeps, request: Request): boolean {
  try {
    identifyNow(deps, request);
    return true;
  } catch {
    return false;
  }
}

function identifyNow({ authenticator, identifySession }: IdentifyDeps, request: Request): Identity {
  const headers = request.headersDistinct['authorization'] ?? [];
  const mayBeSession = headers.length === 0 && request.path.startsWith(OF_SESSIONS);
  const bySession = mayBeSession ? identifySession(request.headers.cookie) : undefined;
  return bySession ?? authenticator.authenticate(headers);
}

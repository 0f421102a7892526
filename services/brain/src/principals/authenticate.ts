import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@bakerst/kit';
import type { TokenStore } from './ports.ts';
import type { Identity } from './principal.ts';

/** Longest credential that is looked at. */
const TOKEN_MAX_CHARS = 512;

export interface Authenticator {
  /** `headers`: every Authorization header of the request. Throws AppError AUTHENTICATION_ERROR, missing or wrong alike. */
  authenticate(headers: readonly string[]): Identity;
}

interface AuthenticatorDeps {
  readonly superToken: string;
  readonly tokens: TokenStore;
}

const SUPER: Identity = { principal: { kind: 'super' }, credential: { kind: 'super' } };

export function createAuthenticator({ superToken, tokens }: AuthenticatorDeps): Authenticator {
  const superHash = sha256(superToken);
  return {
    authenticate(headers) {
      const hash = sha256(readBearer(headers));
      // Hashes have one length, so the comparison takes the same time for every wrong token.
      if (timingSafeEqual(hash, superHash)) return SUPER;
      const hex = hash.toString('hex');
      const identity = tokens.find(hex);
      if (identity === undefined) throw refused('Invalid API key', 'INVALID_TOKEN');
      tokens.noteUse(hex);
      return identity;
    },
  };
}

/** SHA-256 of a token in hex: all that is ever stored of it. */
export function hashToken(token: string): string {
  return sha256(token).toString('hex');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function readBearer(headers: readonly string[]): string {
  const [header, ...more] = headers;
  const token = header === undefined ? undefined : /^Bearer ([^\s]+)$/i.exec(header.trim())?.[1];
  if (token === undefined || more.length > 0 || token.length > TOKEN_MAX_CHARS)
    throw refused('Authorization header with Bearer token required', 'UNAUTHORIZED');
  return token;
}

function refused(message: string, reason: string): AppError {
  return new AppError('AUTHENTICATION_ERROR', message, { reason });
}

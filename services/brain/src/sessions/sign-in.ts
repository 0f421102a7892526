import { SessionId, type SignIn } from '@bakerst/contracts';
import { AppError, type NewId } from '@bakerst/kit';
import type { Authenticator } from '../principals/authenticate.ts';
import type { NewSession, Session, SessionStore } from './ports.ts';
import { hashSecret, makeSecret, type SecretParts, splitParts } from './secret-parts.ts';

/** As much of what a browser says of itself as a list shows. */
const CLIENT_MAX_CHARS = 200;

export interface SignInDeps {
  readonly sessions: Pick<SessionStore, 'useLink' | 'add'>;
  readonly authenticator: Authenticator;
  readonly newId: NewId;
}

interface OpenedSession {
  readonly session: Session;
  readonly cookie: SecretParts;
}

/**
 * Opens a session with what a person has in hand. Throws AppError AUTHENTICATION_ERROR for a wrong or used code and a wrong token,
 * AUTHORIZATION_ERROR for a token that stands for no user.
 */
export async function signIn(
  deps: SignInDeps,
  given: SignIn,
  client: string | undefined,
): Promise<OpenedSession> {
  const id = SessionId.parse(deps.newId());
  const secret = makeSecret();
  const made = { id, hash: hashSecret(secret), client: toClient(client) };
  const session =
    'code' in given
      ? await byLink(deps, given.code, made)
      : await byToken(deps, given.token.trim(), made);
  return { session, cookie: { id, secret } };
}

async function byLink(deps: SignInDeps, code: string, made: NewSession): Promise<Session> {
  const parts = splitParts(code.trim());
  const session = parts === undefined ? undefined : await deps.sessions.useLink(parts, made);
  if (session !== undefined) return session;
  throw new AppError(
    'AUTHENTICATION_ERROR',
    'this link has been used already, or is too old: npm run link prints a new one',
    { reason: 'LINK_INVALID' },
  );
}

async function byToken(deps: SignInDeps, token: string, made: NewSession): Promise<Session> {
  const { principal, credential } = deps.authenticator.authenticate([`Bearer ${token}`]);
  if (principal.kind !== 'user' || credential.kind !== 'token')
    throw new AppError(
      'AUTHORIZATION_ERROR',
      'this token stands for no user: sign in with the token of one, or with a link of npm run link',
      { reason: 'NO_USER' },
    );
  const { org, user } = principal;
  return await deps.sessions.add({ org, user }, { ...made, tokenId: credential.id });
}

function toClient(header: string | undefined): string {
  return (header ?? '').slice(0, CLIENT_MAX_CHARS).toWellFormed();
}

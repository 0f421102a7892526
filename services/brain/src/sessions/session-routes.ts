import { randomBytes } from 'node:crypto';
import {
  Api,
  type ListedSession,
  Named,
  NewSignInLink,
  type OrgId,
  SessionPage,
  SessionView,
  SignIn,
  SignInLink,
  type TokenId,
} from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import { z } from 'zod';
import { readTextCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery } from '../http/parse-input.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { type OpenCall, type Route, type RouteCall, sendJson } from '../http/route.ts';
import { refuseForeignPage } from '../http/same-origin.ts';
import { toIso } from '../http/to-iso.ts';
import { isOwner, type Principal } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import type { Session, SessionStore } from './ports.ts';
import { hashSecret, joinParts, makeSecret } from './secret-parts.ts';
import { readSessionCookie, toClearedCookie, toSetCookie } from './session-cookie.ts';
import { type SignInDeps, signIn } from './sign-in.ts';

const LINK_MS = 15 * 60_000;
const LINK_ID_BYTES = 9;
const PLACE = /^(\d{1,15})\.([0-9a-f-]{36})$/;
const Path = z.object({ id: z.string() });

export interface SessionRoutesDeps extends SignInDeps {
  readonly sessions: SessionStore;
  readonly resolve: ResolveDeps;
  readonly limits: Pick<RateLimits, 'noteBadLogin'>;
  readonly clock: Clock;
  readonly publicUrl: string | undefined;
  readonly assistantName: string;
  readonly version: string;
}

/** Signing in with a browser, and what is open of it. */
export function createSessionRoutes(deps: SessionRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.createSignInLink, handle: (call) => answerLink(deps, call) },
    { endpoint: Api.signIn, handleOpen: (call) => answerSignIn(deps, call) },
    { endpoint: Api.getSession, handle: async (call) => answerSession(deps, call) },
    { endpoint: Api.signOut, handle: (call) => answerSignOut(deps, call) },
    { endpoint: Api.listSessions, handle: async (call) => answerList(deps, call) },
    { endpoint: Api.endSession, handle: (call) => answerEnd(deps, call) },
  ];
}

async function answerLink(deps: SessionRoutesDeps, call: RouteCall): Promise<void> {
  const { principal, credential } = call;
  const tenant = resolveTenant(deps.resolve, principal, parseBody(NewSignInLink, call.body));
  // A session that somebody has got hold of is not to make lasting ones.
  if (principal.kind === 'user')
    throw new AppError('AUTHORIZATION_ERROR', 'the token of a user makes no links', {
      reason: 'FORBIDDEN',
    });
  const parts = { id: randomBytes(LINK_ID_BYTES).toString('base64url'), secret: makeSecret() };
  const expiresAt = deps.clock.now() + LINK_MS;
  const tokenId: TokenId | undefined = credential.kind === 'token' ? credential.id : undefined;
  await deps.sessions.addLink(tenant, {
    id: parts.id,
    hash: hashSecret(parts.secret),
    tokenId,
    expiresAt,
  });
  call.response.status(201);
  const path = `/sign-in#${joinParts(parts)}`;
  sendJson(call.response, SignInLink, { path, expires_at: toIso(expiresAt) });
}

async function answerSignIn(deps: SessionRoutesDeps, call: OpenCall): Promise<void> {
  const { request, response } = call;
  refuseForeignPage(request, deps.publicUrl);
  const given = parseBody(SignIn, call.body);
  const opened = await signIn(deps, given, request.get('User-Agent')).catch(async (err) => {
    if (err instanceof AppError && err.code === 'AUTHENTICATION_ERROR')
      await deps.limits.noteBadLogin(request.ip ?? '');
    throw err;
  });
  const { session, cookie } = opened;
  response.setHeader('Set-Cookie', toSetCookie(cookie, toLife(deps, session)));
  response.status(201);
  sendJson(response, SessionView, toView(deps, { kind: 'user', ...session.tenant }, session));
}

function answerSession(deps: SessionRoutesDeps, { request, response, ...asked }: RouteCall): void {
  const { principal, credential } = asked;
  const cookie = readSessionCookie(request.headers.cookie);
  const isSession = credential.kind === 'session' && cookie !== undefined;
  const session = isSession ? deps.sessions.find(cookie) : undefined;
  // The browser keeps it for as long as we do.
  if (session !== undefined && cookie !== undefined)
    response.setHeader('Set-Cookie', toSetCookie(cookie, toLife(deps, session)));
  sendJson(response, SessionView, toView(deps, principal, session));
}

async function answerSignOut(deps: SessionRoutesDeps, call: RouteCall): Promise<void> {
  const { principal, credential, response } = call;
  if (credential.kind === 'session' && principal.kind === 'user')
    await deps.sessions.end(principal, credential.id);
  response.setHeader('Set-Cookie', toClearedCookie(isSecure(deps)));
  response.status(204).end();
}

function answerList(deps: SessionRoutesDeps, call: RouteCall): void {
  const query = parseQuery(Api.listSessions.query, call.request.query);
  const { limit, cursor, ...named } = query;
  const scope = resolveScope(deps.resolve, call.principal, named);
  const [, createdAt, id] = readTextCursor('sessions', cursor, PLACE) ?? [];
  const after = id === undefined ? undefined : { createdAt: Number(createdAt), id };
  const show = (session: Session): z.input<typeof ListedSession> => ({
    id: session.id,
    is_current: call.credential.kind === 'session' && call.credential.id === session.id,
    made_by: session.madeBy,
    client: session.client,
    created_at: toIso(session.createdAt),
    last_used_at: toIso(session.lastUsedAt),
    expires_at: toIso(session.expiresAt),
  });
  const place = (session: Session): string => `${session.createdAt}.${session.id}`;
  const found = deps.sessions.list(scope, { after, limit });
  sendJson(call.response, SessionPage, toPage(found, limit, { list: 'sessions', show, place }));
}

async function answerEnd(deps: SessionRoutesDeps, call: RouteCall): Promise<void> {
  const { id } = parsePath(Path, call.request.params);
  const named = parseQuery(Named, call.request.query);
  const scope = resolveScope(deps.resolve, call.principal, named);
  if (!(await deps.sessions.end(scope, id)))
    throw new AppError('NOT_FOUND', 'there is no such session', { reason: 'SESSION_NOT_FOUND' });
  call.response.status(204).end();
}

function toLife(deps: SessionRoutesDeps, { expiresAt }: Session) {
  return { maxAgeMs: expiresAt - deps.clock.now(), isSecure: isSecure(deps) };
}

function isSecure({ publicUrl }: SessionRoutesDeps): boolean {
  return publicUrl?.startsWith('https:') === true;
}

function toView(
  deps: SessionRoutesDeps,
  principal: Principal,
  session: Session | undefined,
): z.input<typeof SessionView> {
  const org: OrgId | undefined = principal.kind === 'super' ? undefined : principal.org;
  const user = principal.kind === 'user' ? principal.user : undefined;
  const name = principal.kind === 'service' ? principal.name : principal.kind;
  return {
    org: org ?? null,
    user_id: user ?? null,
    name: user ?? name,
    is_owner: isOwner(principal, deps.resolve.defaultOrg),
    session_id: session?.id ?? null,
    expires_at: session === undefined ? null : toIso(session.expiresAt),
    assistant_name: deps.assistantName,
    version: deps.version,
  };
}

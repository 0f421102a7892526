import { randomBytes } from 'node:crypto';
import {
  Api,
  NewServiceToken,
  NewToken,
  type OrgId,
  TokenId,
  TokenMade,
  TokenPage,
  type TokenView,
} from '@bakerst/contracts';
import { AppError, type NewId } from '@bakerst/kit';
import type { z } from 'zod';
import { readTextCursor, toPage } from '../http/list-query.ts';
import { parseBody, parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso, toIsoOrNull } from '../http/to-iso.ts';
import { hashToken } from './authenticate.ts';
import type { AdminStore, NewToken as StoredToken, TenantStore, TokenRecord } from './ports.ts';
import { requireAdmin } from './require-admin.ts';
import { requireSuper } from './require-kind.ts';

export interface TokenRoutesDeps {
  readonly admin: AdminStore;
  readonly tenants: TenantStore;
  readonly newId: NewId;
}

const PLACE = /^(\d{1,15})\.([0-9a-f-]{36})$/;

/** Tokens: made once, shown once, listed without what they are, revoked. */
export function createTokenRoutes(deps: TokenRoutesDeps): readonly Route[] {
  const { tenants } = deps;
  const ofInstallation = ({ principal }: RouteCall): undefined => {
    requireSuper(principal);
  };
  return [
    {
      endpoint: Api.createToken,
      async handle(call) {
        const org = requireAdmin(tenants, call);
        const wanted = parseBody(NewToken, call.body);
        await answerMade(deps, call, { principal: toPrincipal(org, wanted), name: wanted.name });
      },
    },
    {
      endpoint: Api.createServiceToken,
      async handle(call) {
        ofInstallation(call);
        const { name } = parseBody(NewServiceToken, call.body);
        await answerMade(deps, call, {
          principal: { kind: 'service', name, org: undefined },
          name,
        });
      },
    },
    {
      endpoint: Api.listTokens,
      handle: async (call) => answerList(deps, call, requireAdmin(tenants, call)),
    },
    {
      endpoint: Api.listServiceTokens,
      handle: async (call) => answerList(deps, call, ofInstallation(call)),
    },
    {
      endpoint: Api.revokeToken,
      handle: (call) => answerRevoke(deps, call, requireAdmin(tenants, call)),
    },
    {
      endpoint: Api.revokeServiceToken,
      handle: async (call) => await answerRevoke(deps, call, ofInstallation(call)),
    },
  ];
}

function toPrincipal(org: OrgId, wanted: NewToken): StoredToken['principal'] {
  switch (wanted.kind) {
    case 'user':
      return { kind: 'user', org, user: wanted.user_id };
    case 'org_admin':
      return { kind: 'org_admin', org };
    case 'service':
      return { kind: 'service', name: wanted.name, org };
    default:
      return wanted satisfies never;
  }
}

async function answerMade(
  deps: TokenRoutesDeps,
  { response }: RouteCall,
  made: Pick<StoredToken, 'principal' | 'name'>,
): Promise<void> {
  // The prefix lets scanners of repositories find one that was committed.
  const token = `bakerst_${randomBytes(32).toString('base64url')}`;
  const id = TokenId.parse(deps.newId());
  await deps.admin.addToken({ ...made, id, hash: hashToken(token) });
  response.status(201);
  sendJson(response, TokenMade, { id, token });
}

function answerList(deps: TokenRoutesDeps, call: RouteCall, org: OrgId | undefined): void {
  const { limit, cursor } = parseQuery(Api.listTokens.query, call.request.query);
  const [, createdAt, id] = readTextCursor('tokens', cursor, PLACE) ?? [];
  const after = id === undefined ? undefined : { createdAt: Number(createdAt), id };
  const found = deps.admin.listTokens(org, { after, limit });
  const place = (token: TokenRecord): string => `${token.createdAt}.${token.id}`;
  sendJson(call.response, TokenPage, toPage(found, limit, { list: 'tokens', show: toView, place }));
}

async function answerRevoke(
  { admin }: TokenRoutesDeps,
  { request, response }: RouteCall,
  org: OrgId | undefined,
): Promise<void> {
  const isRevoked = await admin.revokeToken(org, String(request.params['id']));
  if (!isRevoked)
    throw new AppError('NOT_FOUND', 'there is no such token', { reason: 'TOKEN_NOT_FOUND' });
  response.status(204).end();
}

function toView(token: TokenRecord): z.input<typeof TokenView> {
  return {
    id: token.id,
    kind: token.kind,
    org: token.org ?? null,
    user_id: token.user ?? null,
    name: token.name,
    created_at: toIso(token.createdAt),
    last_used_at: toIsoOrNull(token.lastUsedAt),
    revoked_at: toIsoOrNull(token.revokedAt),
  };
}

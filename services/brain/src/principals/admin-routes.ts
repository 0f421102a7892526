import {
  Api,
  NewOrg,
  NewUser,
  OrgConfigPatch,
  OrgConfigView,
  type OrgId,
  OrgPage,
  OrgView,
  UserPage,
  UserView,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { z } from 'zod';
import { readPrecondition, sendTagged } from '../http/entity-tag.ts';
import { readTextCursor, toPage } from '../http/list-query.ts';
import { parseBody, parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso } from '../http/to-iso.ts';
import type { AdminStore, Org, OrgSettings, TenantStore, User } from './ports.ts';
import { requireAdmin } from './require-admin.ts';
import { requireSuper } from './require-kind.ts';

export interface AdminRoutesDeps {
  readonly admin: AdminStore;
  readonly tenants: TenantStore;
}

const ID = /^[A-Za-z0-9._@:+-]{1,128}$/;

/** Orgs, their users and settings, for those who administer them. */
export function createAdminRoutes(deps: AdminRoutesDeps): readonly Route[] {
  const { admin, tenants } = deps;
  return [
    { endpoint: Api.createOrg, handle: (call) => answerNewOrg(deps, call) },
    { endpoint: Api.listOrgs, handle: async (call) => answerOrgs(deps, call) },
    { endpoint: Api.createUser, handle: (call) => answerNewUser(deps, call) },
    { endpoint: Api.listUsers, handle: async (call) => answerUsers(deps, call) },
    {
      endpoint: Api.getOrgConfig,
      async handle(call) {
        const org = requireAdmin(tenants, call);
        sendConfig(call, org, admin.readSettings(org));
      },
    },
    {
      endpoint: Api.setOrgConfig,
      async handle(call) {
        const org = requireAdmin(tenants, call);
        const patch = parseBody(OrgConfigPatch, call.body);
        const change = {
          maxTurns: patch.max_turns,
          maxHistoryStorage: patch.max_history_storage,
          maxHistoryLlm: patch.max_history_llm,
        };
        const check = checkChange(call, org);
        sendConfig(call, org, await admin.changeSettings(org, change, check));
      },
    },
    {
      endpoint: Api.resetOrgConfig,
      async handle(call) {
        const org = requireAdmin(tenants, call);
        const check = checkChange(call, org);
        sendConfig(call, org, await admin.changeSettings(org, 'reset', check));
      },
    },
  ];
}

async function answerNewOrg({ admin }: AdminRoutesDeps, call: RouteCall): Promise<void> {
  requireSuper(call.principal);
  const org = await admin.addOrg(parseBody(NewOrg, call.body).id);
  if (org === undefined) throw taken('org');
  call.response.status(201);
  sendJson(call.response, OrgView, toOrgView(org));
}

function answerOrgs({ admin }: AdminRoutesDeps, { request, response, principal }: RouteCall): void {
  const { limit, cursor } = parseQuery(Api.listOrgs.query, request.query);
  if (principal.kind !== 'org_admin') requireSuper(principal);
  const only = principal.kind === 'org_admin' ? principal.org : undefined;
  const after = readTextCursor('orgs', cursor, ID)?.[0];
  const found = admin.listOrgs(only, { after, limit });
  sendJson(
    response,
    OrgPage,
    toPage(found, limit, { list: 'orgs', show: toOrgView, place: ({ id }) => id }),
  );
}

async function answerNewUser(deps: AdminRoutesDeps, call: RouteCall): Promise<void> {
  const org = requireAdmin(deps.tenants, call);
  const { id, response_language: language } = parseBody(NewUser, call.body);
  const user = await deps.admin.addUser(org, id, language);
  if (user === undefined) throw taken('user');
  call.response.status(201);
  sendJson(call.response, UserView, toUserView(user));
}

function answerUsers({ admin, tenants }: AdminRoutesDeps, call: RouteCall): void {
  const org = requireAdmin(tenants, call);
  const { limit, cursor } = parseQuery(Api.listUsers.query, call.request.query);
  const after = readTextCursor('users', cursor, ID)?.[0];
  const found = admin.listUsers(org, { after, limit });
  const page = toPage(found, limit, { list: 'users', show: toUserView, place: ({ id }) => id });
  sendJson(call.response, UserPage, page);
}

function checkChange(
  { request }: RouteCall,
  org: OrgId,
): (before: OrgSettings, after: OrgSettings) => void {
  const refuseStale = readPrecondition(request, OrgConfigView);
  return (before, { maxHistoryLlm, maxHistoryStorage }) => {
    refuseStale(toConfigView(org, before));
    if (maxHistoryLlm <= maxHistoryStorage) return;
    throw new AppError('VALIDATION_ERROR', 'max_history_llm cannot exceed max_history_storage', {
      reason: 'INVALID_FIELD',
    });
  };
}

function sendConfig({ response }: RouteCall, org: OrgId, settings: OrgSettings): void {
  sendTagged(response, OrgConfigView, toConfigView(org, settings));
}

function toConfigView(org: OrgId, settings: OrgSettings): z.input<typeof OrgConfigView> {
  const config = {
    max_history_storage: settings.maxHistoryStorage,
    max_history_llm: settings.maxHistoryLlm,
    max_turns: settings.maxTurns,
  };
  return { org, ...config, config };
}

function taken(what: 'org' | 'user'): AppError {
  return new AppError('CONFLICT', `there is such a ${what} already`, {
    reason: `${what.toUpperCase()}_EXISTS`,
  });
}

function toOrgView({ id, createdAt }: Org): z.input<typeof OrgView> {
  return { id, created_at: toIso(createdAt) };
}

function toUserView({ org, id, language, createdAt }: User): z.input<typeof UserView> {
  return {
    id,
    org,
    response_language: language,
    created_at: toIso(createdAt),
  };
}

import { Api, type Tenant, UserId } from '@bakerst/contracts';
import {
  AccessDecision,
  AccessRequestPage,
  type AccessRequestView,
  ChannelList,
  ChannelName,
  type ChannelView,
  IdentityPage,
  type IdentityView,
  LinkView,
  NewLink,
} from '@bakerst/contracts/channels';
import { AppError } from '@bakerst/kit';
import type { z } from 'zod';
import { readCursor, toPage } from '../http/list-query.ts';
import { parseBody, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso } from '../http/to-iso.ts';
import { isOwner, type Principal } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import { readCode } from './channel-code.ts';
import type {
  AccessRequest,
  AccessRequestStore,
  ChannelIdentity,
  IdentityStore,
  LinkStore,
} from './ports.ts';
import { readChannel } from './read-channel.ts';

export interface PeopleRoutesDeps {
  readonly resolve: ResolveDeps;
  readonly identities: Pick<IdentityStore, 'list' | 'remove'>;
  readonly links: Pick<LinkStore, 'add'>;
  readonly requests: Omit<AccessRequestStore, 'ask'>;
  readonly readChannelView: (channel: ChannelName) => ChannelView;
}

/** Channels and who speaks for whom there, for people and for administrators. */
export function createPeopleRoutes(deps: PeopleRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.listChannels,
      async handle({ request, response, principal }) {
        resolveScope(deps.resolve, principal, parseQuery(Api.listChannels.query, request.query));
        const data = ChannelName.options.map(deps.readChannelView);
        sendJson(response, ChannelList, { data });
      },
    },
    { endpoint: Api.createChannelLink, handle: (call) => answerLink(deps, call) },
    { endpoint: Api.listChannelIdentities, handle: async (call) => answerIdentities(deps, call) },
    { endpoint: Api.deleteChannelIdentity, handle: (call) => answerRemoval(deps, call) },
    { endpoint: Api.listAccessRequests, handle: async (call) => answerRequests(deps, call) },
    { endpoint: Api.decideAccessRequest, handle: (call) => answerDecision(deps, call) },
  ];
}

async function answerLink(deps: PeopleRoutesDeps, call: RouteCall): Promise<void> {
  const { channel, ...inBody } = parseBody(NewLink, call.body ?? {});
  const tenant = resolveTenant(deps.resolve, call.principal, readNamed(call, inBody));
  const { code, expiresAt } = await deps.links.add(tenant, channel);
  const { bot } = deps.readChannelView(channel);
  const url = bot === null ? null : `${OPENERS[channel]}${bot}?start=${code}`;
  call.response.status(201);
  sendJson(call.response, LinkView, { code, url, expires_at: toIso(expiresAt) });
}

const OPENERS = { telegram: 'https://t.me/' } as const satisfies Record<ChannelName, string>;

function answerIdentities(deps: PeopleRoutesDeps, call: RouteCall): void {
  const { request, response } = call;
  const { limit, cursor, ...named } = parseQuery(Api.listChannelIdentities.query, request.query);
  const scope = resolveScope(deps.resolve, toAdministrator(deps, call), named);
  const found = deps.identities.list(scope, { beforeSeq: readCursor('identities', cursor), limit });
  const parts = {
    list: 'identities',
    show: toIdentityView,
    place: ({ seq }: ChannelIdentity) => seq,
  };
  sendJson(response, IdentityPage, toPage(found, limit, parts));
}

function toIdentityView(identity: ChannelIdentity): z.input<typeof IdentityView> {
  return {
    channel: identity.channel,
    id: identity.senderId,
    name: identity.name,
    username: identity.username ?? null,
    org: identity.tenant.org,
    user_id: identity.tenant.user,
    linked_by: identity.linkedBy,
    created_at: toIso(identity.createdAt),
  };
}

async function answerRemoval(deps: PeopleRoutesDeps, call: RouteCall): Promise<void> {
  const { request, response } = call;
  const named = parseQuery(Api.deleteChannelIdentity.query, request.query);
  const scope = resolveScope(deps.resolve, toAdministrator(deps, call), named);
  const id = String(request.params['id']);
  if (!(await deps.identities.remove(scope, readChannel(call), id)))
    throw new AppError('NOT_FOUND', 'there is no such identity', { reason: 'IDENTITY_NOT_FOUND' });
  response.status(204).end();
}

/** Whoever is let in talks to the whole installation. */
function requireOwner({ resolve }: PeopleRoutesDeps, { principal }: RouteCall): void {
  if (isOwner(principal, resolve.defaultOrg)) return;
  throw new AppError('AUTHORIZATION_ERROR', 'this token may not do that', { reason: 'FORBIDDEN' });
}

function answerRequests(deps: PeopleRoutesDeps, call: RouteCall): void {
  requireOwner(deps, call);
  const { limit, cursor } = parseQuery(Api.listAccessRequests.query, call.request.query);
  const found = deps.requests.list(readChannel(call), {
    beforeSeq: readCursor('access requests', cursor),
    limit,
  });
  const parts = {
    list: 'access requests',
    show: toRequestView,
    place: ({ seq }: AccessRequest) => seq,
  };
  sendJson(call.response, AccessRequestPage, toPage(found, limit, parts));
}

function toRequestView(request: AccessRequest): z.input<typeof AccessRequestView> {
  return {
    channel: request.channel,
    code: request.code,
    id: request.senderId,
    name: request.name,
    username: request.username ?? null,
    is_blocked: request.isBlocked,
    created_at: toIso(request.createdAt),
    expires_at: request.isBlocked ? null : toIso(request.expiresAt),
  };
}

async function answerDecision(deps: PeopleRoutesDeps, call: RouteCall): Promise<void> {
  requireOwner(deps, call);
  const { decision, ...named } = parseBody(AccessDecision, call.body);
  const channel = readChannel(call);
  const code = readCode(String(call.request.params['code']));
  const request = code === undefined ? undefined : deps.requests.find(channel, code);
  if (request === undefined) throw unknownRequest();
  const isDone =
    decision === 'allow'
      ? await deps.requests.allow(chooseTenant(deps, call, { request, named }), request)
      : await deps.requests[decision](request);
  if (!isDone) throw unknownRequest();
  call.response.status(204).end();
}

interface Choice {
  readonly request: AccessRequest;
  readonly named: Pick<AccessDecision, 'org' | 'user_id'>;
}

function chooseTenant(deps: PeopleRoutesDeps, call: RouteCall, { request, named }: Choice): Tenant {
  const own = UserId.safeParse(`${request.channel}-${request.senderId}`).data;
  const chosen = { org: named.org, user_id: named.user_id ?? own };
  return resolveTenant(deps.resolve, toAdministrator(deps, call), chosen);
}

/** The owner lets people in who are other users than the owner, sees them, and shows them out again. */
function toAdministrator({ resolve }: PeopleRoutesDeps, { principal }: RouteCall): Principal {
  const isPerson = principal.kind === 'user' && isOwner(principal, resolve.defaultOrg);
  return isPerson ? { kind: 'org_admin', org: principal.org } : principal;
}

function unknownRequest(): AppError {
  return new AppError('NOT_FOUND', 'nobody asks with this code', { reason: 'REQUEST_NOT_FOUND' });
}

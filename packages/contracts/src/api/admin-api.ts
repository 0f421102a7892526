import { z } from 'zod';
import {
  NewOrg,
  NewServiceToken,
  NewToken,
  NewUser,
  OrgPage,
  OrgView,
  TokenMade,
  TokenPage,
  UserPage,
  UserView,
} from '../admin.ts';
import { OrgConfigPatch, OrgConfigView } from '../org-config.ts';
import { UsageReport } from '../usage-report.ts';
import { endpoint } from './endpoint.ts';
import { ListQuery, Named } from './query.ts';

const ORG = '/api/v1/admin/orgs/{org}';
const Page = ListQuery.omit({ org: true, user_id: true });

const orgs = {
  createOrg: endpoint({
    method: 'post',
    path: '/api/v1/admin/orgs',
    tag: 'administration',
    summary: 'Makes an org; for the super credential',
    body: NewOrg,
    answers: { 201: OrgView },
    errors: ['CONFLICT'],
  }),
  listOrgs: endpoint({
    method: 'get',
    path: '/api/v1/admin/orgs',
    tag: 'administration',
    summary: 'The orgs; an administrator of one sees that one',
    query: Page,
    answers: { 200: OrgPage },
  }),
  createUser: endpoint({
    method: 'post',
    path: `${ORG}/users`,
    tag: 'administration',
    summary: 'Makes a user',
    body: NewUser,
    answers: { 201: UserView },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  listUsers: endpoint({
    method: 'get',
    path: `${ORG}/users`,
    tag: 'administration',
    summary: 'The users of an org',
    query: Page,
    answers: { 200: UserPage },
    errors: ['NOT_FOUND'],
  }),
} as const;

const config = {
  getOrgConfig: endpoint({
    method: 'get',
    path: `${ORG}/config`,
    tag: 'administration',
    summary: 'The settings of an org',
    isTagged: true,
    answers: { 200: OrgConfigView },
    errors: ['NOT_FOUND'],
  }),
  setOrgConfig: endpoint({
    method: 'put',
    path: `${ORG}/config`,
    tag: 'administration',
    summary: 'Changes settings of an org',
    body: OrgConfigPatch,
    isTagged: true,
    answers: { 200: OrgConfigView },
    errors: ['NOT_FOUND'],
  }),
  resetOrgConfig: endpoint({
    method: 'delete',
    path: `${ORG}/config`,
    tag: 'administration',
    summary: 'Gives an org the settings that a new one has',
    isTagged: true,
    answers: { 200: OrgConfigView },
    errors: ['NOT_FOUND'],
  }),
} as const;

const tokens = {
  createToken: endpoint({
    method: 'post',
    path: `${ORG}/tokens`,
    tag: 'administration',
    summary: 'Makes a token, which is shown this once; a user who is not there yet is made',
    body: NewToken,
    answers: { 201: TokenMade },
    errors: ['NOT_FOUND'],
  }),
  listTokens: endpoint({
    method: 'get',
    path: `${ORG}/tokens`,
    tag: 'administration',
    summary: 'The tokens of an org, without the tokens themselves, newest first',
    query: Page,
    answers: { 200: TokenPage },
    errors: ['NOT_FOUND'],
  }),
  revokeToken: endpoint({
    method: 'delete',
    path: `${ORG}/tokens/{id}`,
    tag: 'administration',
    summary: 'Revokes a token: its next request is refused',
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND'],
  }),
  createServiceToken: endpoint({
    method: 'post',
    path: '/api/v1/admin/tokens',
    tag: 'administration',
    summary: 'Makes a token for a service that may name any org; for the super credential',
    body: NewServiceToken,
    answers: { 201: TokenMade },
  }),
  listServiceTokens: endpoint({
    method: 'get',
    path: '/api/v1/admin/tokens',
    tag: 'administration',
    summary: 'The tokens that belong to no org; for the super credential',
    query: Page,
    answers: { 200: TokenPage },
  }),
  revokeServiceToken: endpoint({
    method: 'delete',
    path: '/api/v1/admin/tokens/{id}',
    tag: 'administration',
    summary: 'Revokes a token that belongs to no org; for the super credential',
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND'],
  }),
} as const;

const usage = {
  readUsage: endpoint({
    method: 'get',
    path: '/api/v1/usage',
    tag: 'users',
    summary:
      'Tokens and cost by day (UTC), user or model; of the last 30 days unless asked otherwise',
    query: Named.extend({
      by: z.enum(['day', 'user', 'model']).default('day'),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
    }),
    answers: { 200: UsageReport },
  }),
} as const;

export const adminApi = { ...orgs, ...config, ...tokens, ...usage } as const;

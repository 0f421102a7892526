import {
  Api,
  type HistoryCleared,
  type NewServiceToken,
  type NewToken,
  type NewUser,
  type OrgConfigPatch,
  type OrgConfigView,
  type OrgPage,
  type OrgView,
  type Preferences,
  type TokenMade,
  type TokenPage,
  type UsageReport,
  type UserPage,
  type UserView,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';

type Page = Omit<PageQuery, keyof NamedUser>;

interface UsageQuery extends NamedUser {
  readonly by?: 'day' | 'user' | 'model';
  /** Days (UTC) as `2026-11-27`, both included. */
  readonly from?: string;
  readonly to?: string;
}

/** Orgs, users, tokens and what they use. */
export interface AdminMethods {
  createOrg(id: string): Promise<OrgView>;
  listOrgs(page?: Page): Promise<OrgPage>;
  createUser(org: string, wanted: z.input<typeof NewUser>): Promise<UserView>;
  listUsers(org: string, page?: Page): Promise<UserPage>;
  getOrgConfig(org: string): Promise<OrgConfigView>;
  setOrgConfig(org: string, change: z.input<typeof OrgConfigPatch>): Promise<OrgConfigView>;
  resetOrgConfig(org: string): Promise<OrgConfigView>;
  /** The token is shown this once. */
  createToken(org: string, wanted: z.input<typeof NewToken>): Promise<TokenMade>;
  listTokens(org: string, page?: Page): Promise<TokenPage>;
  revokeToken(org: string, id: string): Promise<void>;
  /** For a service that may name any org. */
  createServiceToken(wanted: z.input<typeof NewServiceToken>): Promise<TokenMade>;
  listServiceTokens(page?: Page): Promise<TokenPage>;
  revokeServiceToken(id: string): Promise<void>;
  getPreferences(org: string, user: string): Promise<Preferences>;
  setPreferences(
    org: string,
    user: string,
    preferences: z.input<typeof Preferences>,
  ): Promise<Preferences>;
  /** Deletes every conversation of a user. */
  clearHistory(org: string, user: string): Promise<HistoryCleared>;
  readUsage(query?: UsageQuery): Promise<UsageReport>;
}

export function createAdminMethods(call: Call): AdminMethods {
  return {
    createOrg: (id) => call.created(Api.createOrg, { body: { id } }),
    listOrgs: (page) => call.json(Api.listOrgs, { query: { ...page } }),
    createUser: (org, body) => call.created(Api.createUser, { params: { org }, body }),
    listUsers: (org, page) => call.json(Api.listUsers, { params: { org }, query: { ...page } }),
    getOrgConfig: (org) => call.json(Api.getOrgConfig, { params: { org } }),
    setOrgConfig: (org, body) => call.json(Api.setOrgConfig, { params: { org }, body }),
    resetOrgConfig: (org) => call.json(Api.resetOrgConfig, { params: { org } }),
    createToken: (org, body) => call.created(Api.createToken, { params: { org }, body }),
    listTokens: (org, page) => call.json(Api.listTokens, { params: { org }, query: { ...page } }),
    revokeToken: (org, id) => call.nothing(Api.revokeToken, { params: { org, id } }),
    createServiceToken: (body) => call.created(Api.createServiceToken, { body }),
    listServiceTokens: (page) => call.json(Api.listServiceTokens, { query: { ...page } }),
    revokeServiceToken: (id) => call.nothing(Api.revokeServiceToken, { params: { id } }),
    getPreferences: (org, userId) => call.json(Api.getPreferences, { params: { org, userId } }),
    setPreferences: (org, userId, body) =>
      call.json(Api.setPreferences, { params: { org, userId }, body }),
    clearHistory: (org, userId) => call.json(Api.clearHistory, { params: { org, userId } }),
    readUsage: (query) => call.json(Api.readUsage, { query: { ...query } }),
  };
}

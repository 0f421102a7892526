import type { OrgId, Tenant, TokenId, UserId } from '@bakerst/contracts';
import type { Identity, Principal } from './principal.ts';

export interface TokenStore {
  /** Who is behind a token that is not revoked; `hash` is its SHA-256 in hex. */
  find(hash: string): Identity | undefined;
  /** Notes that a token was used, to within five minutes; may be lost. */
  noteUse(hash: string): void;
}

export interface TenantStore {
  hasOrg(org: OrgId): boolean;
}

export interface Org {
  readonly id: OrgId;
  readonly createdAt: number;
}

export interface User {
  readonly org: OrgId;
  readonly id: UserId;
  readonly language: string;
  readonly createdAt: number;
}

/** A token as it is listed: nobody can sign in with what is stored of it. */
export interface TokenRecord {
  readonly id: TokenId;
  readonly kind: 'user' | 'org_admin' | 'service';
  readonly org: OrgId | undefined;
  readonly user: UserId | undefined;
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

export interface NewToken {
  readonly id: TokenId;
  readonly hash: string;
  readonly principal: Exclude<Principal, { readonly kind: 'super' }>;
  readonly name: string;
}

/** Lists are in the order of the ids, from behind `after`. */
interface TextWindow {
  readonly after: string | undefined;
  readonly limit: number;
}

/** Settings of an org. */
export interface OrgSettings {
  readonly maxHistoryStorage: number;
  readonly maxHistoryLlm: number;
  readonly maxTurns: number;
}

interface TokenPlace {
  readonly createdAt: number;
  readonly id: string;
}

/** Orgs, users and tokens, for administrators. */
export interface AdminStore {
  /** Undefined when there is one of this name. */
  addOrg(id: OrgId): Promise<Org | undefined>;
  listOrgs(only: OrgId | undefined, window: TextWindow): readonly Org[];
  /** Undefined when there is one of this name. */
  addUser(org: OrgId, id: UserId, language: string | undefined): Promise<User | undefined>;
  listUsers(org: OrgId, window: TextWindow): readonly User[];
  /** Makes the user of a user's token too. */
  addToken(token: NewToken): Promise<void>;
  /** Newest first; without an org, those that belong to none. */
  listTokens(
    org: OrgId | undefined,
    window: { readonly after: TokenPlace | undefined; readonly limit: number },
  ): readonly TokenRecord[];
  /** False when there is no such token. */
  revokeToken(org: OrgId | undefined, id: string): Promise<boolean>;
  /** The language of a user who is not there yet is that of a new one. */
  readLanguage(tenant: Tenant): string;
  /** Makes the user too. */
  setLanguage(tenant: Tenant, language: string): Promise<void>;
  readSettings(org: OrgId): OrgSettings;
  /** Undefined values stay as they are, `reset` gives those of a new org. `check` may throw: nothing is changed then. */
  changeSettings(
    org: OrgId,
    change: { readonly [key in keyof OrgSettings]?: number | undefined } | 'reset',
    check: (before: OrgSettings, after: OrgSettings) => void,
  ): Promise<OrgSettings>;
}

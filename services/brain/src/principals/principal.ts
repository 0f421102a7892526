import type { OrgId, SessionId, Tenant, TokenId, UserId } from '@bakerst/contracts';

/** Who a credential stands for. */
export type Principal =
  | { readonly kind: 'super' }
  | { readonly kind: 'org_admin'; readonly org: OrgId }
  /** Without an org it may name any; only the supervisor and a super credential make such ones. */
  | { readonly kind: 'service'; readonly name: string; readonly org: OrgId | undefined }
  | { readonly kind: 'user'; readonly org: OrgId; readonly user: UserId };

/** By what a request says who asks. */
export type Credential =
  | { readonly kind: 'super' }
  | { readonly kind: 'token'; readonly id: TokenId }
  | { readonly kind: 'session'; readonly id: SessionId };

export interface Identity {
  readonly principal: Principal;
  readonly credential: Credential;
}

/** The first user of the first org: whoever has installed the system. */
export const OWNER = 'owner';

/** Whether a request may change what holds for the whole installation. */
export function isOwner(principal: Principal, defaultOrg: OrgId): boolean {
  switch (principal.kind) {
    case 'super':
      return true;
    case 'org_admin':
      return principal.org === defaultOrg;
    case 'user':
      return principal.org === defaultOrg && principal.user === OWNER;
    case 'service':
      return false;
    default:
      return principal satisfies never;
  }
}

/** Whose data a read may see: one user's, or without `user` a whole org's. */
export interface Scope {
  readonly org: OrgId;
  readonly user: UserId | undefined;
}

export function scopeOf({ org, user }: Tenant): Scope {
  return { org, user };
}

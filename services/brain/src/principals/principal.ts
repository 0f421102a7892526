import type { OrgId, Tenant, UserId } from '@bakerst/contracts';

/** Who a credential stands for. */
export type Principal =
  | { readonly kind: 'super' }
  | { readonly kind: 'org_admin'; readonly org: OrgId }
  /** Without an org it may name any; only the supervisor and a super credential make such ones. */
  | { readonly kind: 'service'; readonly name: string; readonly org: OrgId | undefined }
  | { readonly kind: 'user'; readonly org: OrgId; readonly user: UserId };

/** Whose data a read may see: one user's, or without `user` a whole org's. */
export interface Scope {
  readonly org: OrgId;
  readonly user: UserId | undefined;
}

export function scopeOf({ org, user }: Tenant): Scope {
  return { org, user };
}

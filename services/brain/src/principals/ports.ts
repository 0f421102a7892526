import type { OrgId, Tenant } from '@bakerst/contracts';
import type { Principal } from './principal.ts';

export interface TokenStore {
  /** The principal behind a token that is not revoked; `hash` is its SHA-256 in hex. */
  find(hash: string): Principal | undefined;
}

export interface TenantStore {
  hasOrg(org: OrgId): boolean;
  hasUser(tenant: Tenant): boolean;
  /** Makes the user unless it is there; the org must be. */
  addUser(tenant: Tenant): Promise<void>;
}

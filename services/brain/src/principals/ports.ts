import type { OrgId } from '@bakerst/contracts';
import type { Principal } from './principal.ts';

export interface TokenStore {
  /** The principal behind a token that is not revoked; `hash` is its SHA-256 in hex. */
  find(hash: string): Principal | undefined;
}

export interface TenantStore {
  hasOrg(org: OrgId): boolean;
}

import type { OrgId, Tenant, UserId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { TenantStore } from './ports.ts';
import type { Principal, Scope } from './principal.ts';

/** What a request says about whose data it means. */
export interface NamedTenant {
  readonly org?: OrgId | undefined;
  readonly user_id?: UserId | undefined;
}

export interface ResolveDeps {
  readonly tenants: TenantStore;
  readonly defaultOrg: OrgId;
}

/**
 * The user that a request works for. One named by a service, admin or super credential may be new; who stores something of theirs makes them.
 * Throws AppError AUTHORIZATION_ERROR for somebody else's org or user, NOT_FOUND for an unknown org,
 * VALIDATION_ERROR when such a credential names nobody.
 */
export function resolveTenant(deps: ResolveDeps, principal: Principal, named: NamedTenant): Tenant {
  const scope = resolveScope(deps, principal, named);
  if (scope.user === undefined)
    throw new AppError('VALIDATION_ERROR', 'user_id is required', { reason: 'INVALID_FIELD' });
  return { org: scope.org, user: scope.user };
}

/** What a request may read; without a named user a service, admin or super credential sees the whole org. Makes nobody. */
export function resolveScope(deps: ResolveDeps, principal: Principal, named: NamedTenant): Scope {
  if (principal.kind === 'user') {
    if (isOther(named.org, principal.org) || isOther(named.user_id, principal.user))
      throw forbidden('this token stands for another user');
    return { org: principal.org, user: principal.user };
  }
  const own = principal.kind === 'super' ? undefined : principal.org;
  if (own !== undefined && isOther(named.org, own))
    throw forbidden('Unauthorized for this organization');
  const org = named.org ?? own ?? deps.defaultOrg;
  if (!deps.tenants.hasOrg(org))
    throw new AppError('NOT_FOUND', 'there is no such org', { reason: 'ORG_NOT_FOUND' });
  return { org, user: named.user_id };
}

/** The org that an administrator of it asks for; everybody else is refused. */
export function resolveAdministered(deps: ResolveDeps, principal: Principal, org: OrgId): OrgId {
  const scope = resolveScope(deps, principal, { org });
  if (principal.kind === 'super' || principal.kind === 'org_admin') return scope.org;
  throw forbidden('this is for administrators of the org');
}

function isOther(named: string | undefined, own: string): boolean {
  return named !== undefined && named !== own;
}

function forbidden(message: string): AppError {
  return new AppError('AUTHORIZATION_ERROR', message, { reason: 'FORBIDDEN' });
}

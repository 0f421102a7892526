import { OrgId, type Tenant, UserId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { parsePath } from '../http/parse-input.ts';
import type { RouteCall } from '../http/route.ts';
import type { TenantStore } from './ports.ts';
import { type ResolveDeps, resolveTenant } from './resolve-tenant.ts';

const Path = z.object({ org: OrgId });
const UserPath = z.object({ org: OrgId, userId: UserId });

/**
 * The org in the path, which the caller administers. Throws AppError AUTHORIZATION_ERROR for anybody else, NOT_FOUND for
 * an org that is not there.
 */
export function requireAdmin(tenants: TenantStore, { request, principal }: RouteCall): OrgId {
  const { org } = parsePath(Path, { org: request.params['org'] });
  const mayAct =
    principal.kind === 'super' || (principal.kind === 'org_admin' && principal.org === org);
  if (!mayAct)
    throw new AppError('AUTHORIZATION_ERROR', 'Unauthorized for this organization', {
      reason: 'FORBIDDEN',
    });
  if (tenants.hasOrg(org)) return org;
  throw new AppError('NOT_FOUND', 'there is no such org', { reason: 'ORG_NOT_FOUND' });
}

/** The user in the path: somebody whom the caller administers, or the caller. Throws AppError as `requireAdmin` does. */
export function requireUser(resolve: ResolveDeps, call: RouteCall): Tenant {
  const { org, userId } = parsePath(UserPath, call.request.params);
  if (call.principal.kind !== 'user') requireAdmin(resolve.tenants, call);
  return resolveTenant(resolve, call.principal, { org, user_id: userId });
}

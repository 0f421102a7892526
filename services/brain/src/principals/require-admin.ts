import { OrgId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { parsePath } from '../http/parse-input.ts';
import type { RouteCall } from '../http/route.ts';
import type { TenantStore } from './ports.ts';

const Path = z.object({ org: OrgId });

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

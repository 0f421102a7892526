import type { Route } from '../http/route.ts';
import type { Surroundings } from '../surroundings.ts';
import { createAdminRoutes } from './admin-routes.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { createPreferenceRoutes } from './preference-routes.ts';
import type { ResolveDeps } from './resolve-tenant.ts';
import { createSqliteAdminStore } from './sqlite-admin-store.ts';
import { createSqliteTenantStore } from './sqlite-tenant-store.ts';
import { createSqliteTokenStore } from './sqlite-token-store.ts';
import { createTokenRoutes } from './token-routes.ts';

/** Who may do what, built on its adapters. */
export interface Principals {
  readonly authenticator: Authenticator;
  readonly resolve: ResolveDeps;
  readonly routes: readonly Route[];
}

export function createPrincipals(around: Surroundings): Principals {
  const { config, db, newId } = around;
  const admin = createSqliteAdminStore(around);
  const tenants = createSqliteTenantStore(db);
  const resolve = { tenants, defaultOrg: config.defaultOrg };
  return {
    authenticator: createAuthenticator({
      superToken: config.superToken,
      tokens: createSqliteTokenStore(around),
    }),
    resolve,
    routes: [
      ...createAdminRoutes({ admin, tenants }),
      ...createTokenRoutes({ admin, tenants, newId }),
      ...createPreferenceRoutes({ admin, resolve }),
    ],
  };
}

import { Api, OrgId, Preferences, type Tenant, UserId } from '@bakerst/contracts';
import { z } from 'zod';
import { parseBody, parsePath } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { AdminStore } from './ports.ts';
import { type ResolveDeps, resolveTenant } from './resolve-tenant.ts';

export interface PreferenceRoutesDeps {
  readonly admin: Pick<AdminStore, 'readLanguage' | 'setLanguage'>;
  readonly resolve: ResolveDeps;
}

const Path = z.object({ org: OrgId, userId: UserId });

/** BT-09; a run that is on does not hold them up. */
export function createPreferenceRoutes({ admin, resolve }: PreferenceRoutesDeps): readonly Route[] {
  const readTenant = ({ request, principal }: RouteCall): Tenant => {
    const { org, userId } = parsePath(Path, request.params);
    return resolveTenant(resolve, principal, { org, user_id: userId });
  };
  return [
    {
      endpoint: Api.getPreferences,
      async handle(call) {
        const response_language = admin.readLanguage(readTenant(call));
        sendJson(call.response, Preferences, { response_language });
      },
    },
    {
      endpoint: Api.setPreferences,
      async handle(call) {
        const tenant = readTenant(call);
        const preferences = parseBody(Preferences, call.body);
        await admin.setLanguage(tenant, preferences.response_language);
        sendJson(call.response, Preferences, preferences);
      },
    },
  ];
}

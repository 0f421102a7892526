import { Api, CallbackSecretView, type OrgId } from '@bakerst/contracts';
import { parseBody } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { toIso } from '../http/to-iso.ts';
import { requireAdmin } from '../principals/require-admin.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { CallbackSecret, CallbackSecrets } from './ports.ts';

export interface CallbackRoutesDeps {
  readonly secrets: CallbackSecrets;
  readonly resolve: ResolveDeps;
}

/** The secret by which receivers know that a callback is from here; for administrators. */
export function createCallbackRoutes({ secrets, resolve }: CallbackRoutesDeps): readonly Route[] {
  const orgOf = (call: RouteCall): OrgId => requireAdmin(resolve.tenants, call);
  return [
    {
      endpoint: Api.getCallbackSecret,
      async handle(call) {
        sendSecret(call, await secrets.read(orgOf(call)));
      },
    },
    {
      endpoint: Api.rotateCallbackSecret,
      async handle(call) {
        const org = orgOf(call);
        if (call.body !== undefined) parseBody(Api.rotateCallbackSecret.body, call.body);
        sendSecret(call, await secrets.rotate(org));
      },
    },
  ];
}

function sendSecret({ response }: RouteCall, { secret, createdAt }: CallbackSecret): void {
  response.setHeader('Cache-Control', 'no-store');
  sendJson(response, CallbackSecretView, {
    secret,
    created_at: toIso(createdAt),
  });
}

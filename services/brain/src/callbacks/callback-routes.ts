import { Api, CallbackSecretView, OrgId } from '@bakerst/contracts';
import { z } from 'zod';
import { parseBody, parsePath } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { type ResolveDeps, resolveAdministered } from '../principals/resolve-tenant.ts';
import type { CallbackSecret, CallbackSecrets } from './ports.ts';

export interface CallbackRoutesDeps {
  readonly secrets: CallbackSecrets;
  readonly resolve: ResolveDeps;
}

const Path = z.object({ org: OrgId });

/** The secret by which receivers know that a callback is from here; for administrators. */
export function createCallbackRoutes({ secrets, resolve }: CallbackRoutesDeps): readonly Route[] {
  const orgOf = ({ request, principal }: RouteCall): OrgId =>
    resolveAdministered(resolve, principal, parsePath(Path, request.params).org);
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
    created_at: new Date(createdAt).toISOString(),
  });
}

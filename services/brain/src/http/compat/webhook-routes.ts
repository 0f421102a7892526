import { HttpMethod, JobBody, OrgId, UserId } from '@bakerst/contracts';
import { z } from 'zod';
import { type PostJobDeps, postJob } from '../../jobs/post-job.ts';
import { type ResolveDeps, resolveTenant } from '../../principals/resolve-tenant.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { parseBody } from '../parse-input.ts';
import type { Route } from '../route.ts';

export interface WebhookRoutesDeps extends PostJobDeps {
  readonly resolve: ResolveDeps;
}

/** BK-07; unknown fields are dropped, as that system's clients expect. `vars` become the body of a request (BK-36). */
const WebhookBody = z.object({
  type: z.enum(['agent', 'command', 'http'], { error: 'type must be agent, command or http' }),
  job: z.unknown().optional(),
  command: z.unknown().optional(),
  url: z.unknown().optional(),
  method: HttpMethod.optional(),
  headers: z.unknown().optional(),
  vars: z.record(z.string(), z.json()).optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
});

const Accepted = z.object({ jobId: z.string(), status: z.literal('dispatched') });

/** `POST /webhook` of the system that this one grew from: starts a job. */
export function createWebhookRoutes(deps: WebhookRoutesDeps): readonly Route[] {
  return [
    {
      method: 'post',
      path: '/webhook',
      async handle({ request, response, principal, requestId, body }) {
        const hook = parseBody(WebhookBody, body, 'INVALID_JOB');
        const job = await postJob(deps, {
          body: parseBody(JobBody, toJobBody(hook), 'INVALID_JOB'),
          tenant: resolveTenant(deps.resolve, principal, hook),
          idempotencyKey: readIdempotencyKey(request),
          requestId,
        });
        response.status(202).json(Accepted.parse({ jobId: job.id, status: 'dispatched' }));
      },
    },
  ];
}

function toJobBody(hook: z.output<typeof WebhookBody>): object {
  switch (hook.type) {
    case 'agent':
      return { type: 'agent', job: hook.job };
    case 'command':
      return { type: 'command', command: hook.command };
    case 'http':
      return {
        type: 'http',
        url: hook.url,
        method: hook.method,
        headers: hook.headers,
        body: hook.vars,
      };
    default:
      return hook.type satisfies never;
  }
}

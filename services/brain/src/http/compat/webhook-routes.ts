import { Api, JobBody, WebhookBody } from '@bakerst/contracts';
import { type PostJobDeps, postJob } from '../../jobs/post-job.ts';
import { type ResolveDeps, resolveTenant } from '../../principals/resolve-tenant.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { parseBody } from '../parse-input.ts';
import { type Route, sendJson } from '../route.ts';

export interface WebhookRoutesDeps extends PostJobDeps {
  readonly resolve: ResolveDeps;
}

/** `POST /webhook` of the system that this one grew from: starts a job. */
export function createWebhookRoutes(deps: WebhookRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.webhook,
      async handle({ request, response, principal, requestId, body }) {
        const hook = parseBody(WebhookBody, body, 'INVALID_JOB');
        const job = await postJob(deps, {
          body: parseBody(JobBody, toJobBody(hook), 'INVALID_JOB'),
          tenant: resolveTenant(deps.resolve, principal, hook),
          idempotencyKey: readIdempotencyKey(request),
          requestId,
        });
        response.status(202);
        sendJson(response, Api.webhook.answers[202], { jobId: job.id, status: 'dispatched' });
      },
    },
  ];
}

function toJobBody(hook: WebhookBody): object {
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

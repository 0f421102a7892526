import { z } from 'zod';
import { OrgId, UserId } from '../ids.ts';
import { HttpMethod } from '../job-spec.ts';
import { endpoint } from './endpoint.ts';

/** BK-07; unknown fields are dropped, as that system's clients expect. `vars` become the body of a request (BK-36). */
export const WebhookBody = z.object({
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
export type WebhookBody = z.output<typeof WebhookBody>;

/** Routes of the systems that this one grew from. */
export const compatApi = {
  webhook: endpoint({
    method: 'post',
    path: '/webhook',
    tag: 'compatibility',
    summary: 'Starts a job',
    body: WebhookBody,
    isKeyed: true,
    answers: { 202: z.object({ jobId: z.string(), status: z.literal('dispatched') }) },
    errors: ['IDEMPOTENCY_MISMATCH'],
  }),
} as const;

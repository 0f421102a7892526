import {
  JobAccepted,
  JobBody,
  JobId,
  JobView,
  OrgId,
  SandboxLimits,
  UserId,
} from '@bakerst/contracts';
import { AppError, type NewId } from '@bakerst/kit';
import { z } from 'zod';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { parseBody, parsePath, parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import { hasReason } from '../runs/active-run.ts';
import { type DispatchJobDeps, dispatchJob } from './dispatch-job.ts';
import type { Job } from './job.ts';

export interface JobRoutesDeps extends DispatchJobDeps {
  readonly keys: KeyStore;
  readonly resolve: ResolveDeps;
  readonly newId: NewId;
}

const Named = z.strictObject({ org: OrgId.optional(), user_id: UserId.optional() });
const Path = z.object({ id: z.string() });

export function createJobRoutes(deps: JobRoutesDeps): readonly Route[] {
  return [
    {
      method: 'post',
      path: '/api/v1/jobs',
      async handle(call) {
        const { id, status } = await postJob(deps, call);
        call.response.status(202);
        sendJson(call.response, JobAccepted, { id, status });
      },
    },
    {
      method: 'get',
      path: '/api/v1/jobs/:id',
      async handle(call) {
        sendJson(call.response, JobView, toView(findJob(deps, call)));
      },
    },
  ];
}

async function postJob(deps: JobRoutesDeps, call: RouteCall): Promise<Job> {
  const key = readIdempotencyKey(call.request);
  const body = parseBody(JobBody, call.body);
  const tenant = await resolveTenant(deps.resolve, call.principal, body);
  const timeoutMs = body.timeout_ms ?? SandboxLimits.wallMs;
  const keyed = key && toKeyedRequest(key, ['job', body.type, body.code, timeoutMs]);
  const twin = (): Job | undefined => findKeyedJob(deps, { tenant, keyed: keyed || undefined });
  const known = twin();
  if (known !== undefined) return known;
  try {
    return await dispatchJob(deps, tenant, {
      id: JobId.parse(deps.newId()),
      type: body.type,
      code: body.code,
      timeoutMs,
      requestId: call.requestId,
      idempotency: keyed || undefined,
    });
  } catch (err) {
    const first = hasReason(err, 'KEY_IN_USE') ? twin() : undefined;
    if (first === undefined) throw err;
    return first;
  }
}

function findKeyedJob(
  deps: JobRoutesDeps,
  { tenant, keyed }: { readonly tenant: Job['tenant']; readonly keyed: KeyedRequest | undefined },
): Job | undefined {
  const id = findTwin(deps.keys, tenant, keyed);
  return id === undefined ? undefined : deps.store.find(scopeOf(tenant), id);
}

function findJob(deps: JobRoutesDeps, { request, principal }: RouteCall): Job {
  const { id } = parsePath(Path, request.params);
  const scope = resolveScope(deps.resolve, principal, parseQuery(Named, request.query));
  const job = deps.store.find(scope, id);
  if (job === undefined)
    throw new AppError('NOT_FOUND', 'there is no such job', { reason: 'JOB_NOT_FOUND' });
  return job;
}

function toView(job: Job): z.input<typeof JobView> {
  return {
    id: job.id,
    type: job.type,
    status: job.status,
    attempt: job.attempt,
    run_id: job.call?.runId ?? null,
    worker_id: job.workerId ?? null,
    created_at: new Date(job.createdAt).toISOString(),
    started_at: toIso(job.startedAt),
    finished_at: toIso(job.finishedAt),
    result: job.result === undefined ? null : z.json().parse(job.result),
    error: job.error ?? null,
  };
}

function toIso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

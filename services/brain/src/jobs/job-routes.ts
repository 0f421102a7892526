import {
  JobAccepted,
  JobBody,
  JobPage,
  JobStatus,
  JobType,
  JobView,
  ResolveBody,
} from '@bakerst/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { ListQuery, readCursor, toPage } from '../http/list-query.ts';
import { Named, parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { Scope } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import type { Job } from './job.ts';
import { type JobActions, unknownJob } from './job-actions.ts';
import { toJobView } from './job-view.ts';
import type { JobStore } from './ports.ts';
import { type PostJobDeps, postJob } from './post-job.ts';

export interface JobRoutesDeps extends PostJobDeps {
  readonly store: JobStore;
  readonly resolve: ResolveDeps;
  readonly actions: JobActions;
}

const Path = z.object({ id: z.string() });
const List = Named.extend({
  ...ListQuery,
  status: JobStatus.optional(),
  type: JobType.optional(),
  run_id: z.string().max(128).optional(),
});

const JOB = '/api/v1/jobs/:id';

export function createJobRoutes(deps: JobRoutesDeps): readonly Route[] {
  return [
    { method: 'post', path: '/api/v1/jobs', handle: (call) => answerPost(deps, call) },
    { method: 'get', path: '/api/v1/jobs', handle: async (call) => answerList(deps, call) },
    {
      method: 'get',
      path: JOB,
      async handle(call) {
        const { scope, id } = readTarget(deps, call);
        const job = deps.store.find(scope, id);
        if (job === undefined) throw unknownJob();
        sendJob(call.response, job);
      },
    },
    ...(['redrive', 'dismiss', 'halt'] as const).map(
      (action): Route => ({
        method: 'post',
        path: `${JOB}/${action}`,
        isBodyOptional: true,
        async handle(call) {
          const { scope, id } = readTarget(deps, call, readNamed(call));
          sendJob(call.response, await deps.actions[action](scope, id));
        },
      }),
    ),
    {
      method: 'post',
      path: `${JOB}/resolve`,
      async handle(call) {
        const { org, user_id, ...said } = parseBody(ResolveBody, call.body);
        const { scope, id } = readTarget(deps, call, readNamed(call, { org, user_id }));
        sendJob(call.response, await deps.actions.resolve(scope, id, said));
      },
    },
  ];
}

async function answerPost(deps: JobRoutesDeps, call: RouteCall): Promise<void> {
  const body = parseBody(JobBody, call.body, 'INVALID_JOB');
  const { id, status } = await postJob(deps, {
    body,
    tenant: resolveTenant(deps.resolve, call.principal, body),
    idempotencyKey: readIdempotencyKey(call.request),
    requestId: call.requestId,
  });
  call.response.status(202);
  sendJson(call.response, JobAccepted, { id, status });
}

function answerList(deps: JobRoutesDeps, { request, response, principal }: RouteCall): void {
  const { limit, cursor, status, type, run_id, ...named } = parseQuery(List, request.query);
  const scope = resolveScope(deps.resolve, principal, named);
  const window = { beforeSeq: readCursor(cursor), limit };
  const found = deps.store.list(scope, { status, type, runId: run_id }, window);
  sendJson(
    response,
    JobPage,
    toPage(found, limit, { show: ({ job }) => toJobView(job), place: ({ seq }) => seq }),
  );
}

function readTarget(
  deps: JobRoutesDeps,
  { request, principal }: RouteCall,
  named = parseQuery(Named, request.query),
): { readonly scope: Scope; readonly id: string } {
  const { id } = parsePath(Path, request.params);
  return { id, scope: resolveScope(deps.resolve, principal, named) };
}

function sendJob(response: Response, job: Job): void {
  sendJson(response, JobView, toJobView(job));
}

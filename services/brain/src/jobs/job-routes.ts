import {
  Api,
  JobAccepted,
  JobBody,
  JobPage,
  JobView,
  Named,
  ResolveBody,
} from '@bakerst/contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
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

export function createJobRoutes(deps: JobRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.postJob, handle: (call) => answerPost(deps, call) },
    { endpoint: Api.listJobs, handle: async (call) => answerList(deps, call) },
    {
      endpoint: Api.getJob,
      async handle(call) {
        const { scope, id } = readTarget(deps, call);
        const job = deps.store.find(scope, id);
        if (job === undefined) throw unknownJob();
        sendJob(call.response, job);
      },
    },
    ...(['redrive', 'dismiss', 'halt'] as const).map(
      (action): Route => ({
        endpoint: Api[`${action}Job`],
        async handle(call) {
          const { scope, id } = readTarget(deps, call, readNamed(call));
          sendJob(call.response, await deps.actions[action](scope, id));
        },
      }),
    ),
    {
      endpoint: Api.resolveJob,
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
  const { limit, cursor, status, type, run_id, ...named } = parseQuery(
    Api.listJobs.query,
    request.query,
  );
  const scope = resolveScope(deps.resolve, principal, named);
  const window = { beforeSeq: readCursor('jobs', cursor), limit };
  const found = deps.store.list(scope, { status, type, runId: run_id }, window);
  sendJson(
    response,
    JobPage,
    toPage(found, limit, {
      list: 'jobs',
      show: ({ job }) => toJobView(job),
      place: ({ seq }) => seq,
    }),
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

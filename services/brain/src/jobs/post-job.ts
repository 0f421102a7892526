import { type JobBody, JobId, type Tenant } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { checkDeliverTo, wantDelivery } from '../deliveries/want-delivery.ts';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import { hasReason } from '../runs/active-run.ts';
import { type DispatchJobDeps, dispatchJob } from './dispatch-job.ts';
import type { Job } from './job.ts';
import { type JobRules, readJobBody } from './job-body.ts';

export interface PostJobDeps extends DispatchJobDeps {
  readonly keys: KeyStore;
  readonly rules: JobRules;
  readonly newId: NewId;
}

export interface PostedJob {
  readonly body: JobBody;
  readonly tenant: Tenant;
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
}

/**
 * Stores a job that was asked for over HTTP, and gives it; a known Idempotency-Key gives the job that it has started.
 * Throws AppError as `readJobBody` and `checkDeliverTo` do, and IDEMPOTENCY_MISMATCH.
 */
export async function postJob(deps: PostJobDeps, posted: PostedJob): Promise<Job> {
  const { tenant, body, requestId } = posted;
  const keyed = toKeyed(posted);
  // Before anything is asked of it: what was allowed the first time is answered, though rules were changed meanwhile.
  const known = findKeyedJob(deps, tenant, keyed);
  if (known !== undefined) return known;
  const job = readJobBody(deps.rules, body, tenant.org);
  checkDeliverTo(deps.rules.findChat, tenant, body.deliver_to);
  const delivery = wantDelivery({ ...deps.rules, ...deps }, tenant, body.deliver_to);
  try {
    const id = JobId.parse(deps.newId());
    return await dispatchJob(deps, tenant, {
      ...{ ...job, id, requestId, delivery },
      idempotency: keyed,
    });
  } catch (err) {
    const first = hasReason(err, 'KEY_IN_USE') ? findKeyedJob(deps, tenant, keyed) : undefined;
    if (first === undefined) throw err;
    return first;
  }
}

/** The same key with another body is another request, for whomever of the tenant's names it asks. */
function toKeyed({ idempotencyKey, body }: PostedJob): KeyedRequest | undefined {
  if (idempotencyKey === undefined) return undefined;
  return toKeyedRequest(idempotencyKey, ['job', { ...body, org: undefined, user_id: undefined }]);
}

function findKeyedJob(
  deps: PostJobDeps,
  tenant: Tenant,
  keyed: KeyedRequest | undefined,
): Job | undefined {
  const id = findTwin(deps.keys, tenant, keyed);
  return id === undefined ? undefined : deps.store.find(scopeOf(tenant), id);
}

import { isTerminalRun, type RunId, type Tenant } from '@bakerst/contracts';
import type { ChannelAction, ChannelActionResult } from '@bakerst/contracts/channels';
import { AppError } from '@bakerst/kit';
import type { JobActions } from '../jobs/job-actions.ts';
import { type Scope, scopeOf } from '../principals/principal.ts';
import { hasReason } from '../runs/active-run.ts';
import { type HaltRunDeps, haltRun } from '../runs/halt-run.ts';
import type { QueuedMessages } from '../runs/ports.ts';
import { toRunChange } from '../runs/run-change.ts';

export interface ActDeps extends HaltRunDeps {
  readonly queued: Pick<QueuedMessages, 'interrupt' | 'steer' | 'withdraw'>;
  readonly jobs: Pick<JobActions, 'resolve'>;
}

type Outcome = ChannelActionResult['outcome'];

/**
 * Does what somebody has asked for by a button, to what is theirs. Throws AppError NOT_FOUND for a run or job that is
 * not, CONFLICT for a message that cannot be said to the run that is on.
 */
export async function actOnChannel(
  deps: ActDeps,
  tenant: Tenant,
  action: ChannelAction,
): Promise<Outcome> {
  const scope = scopeOf(tenant);
  if (action.type === 'resolve') return await resolve(deps, scope, action);
  const run = deps.store.find(scope, action.run_id);
  if (run === undefined)
    throw new AppError('NOT_FOUND', 'there is no such run', { reason: 'RUN_NOT_FOUND' });
  if (isTerminalRun(run.status)) return 'too_late';
  switch (action.type) {
    case 'stop':
      await haltRun(deps, scope, run.id);
      return 'done';
    case 'withdraw':
      return await withdraw(deps, scope, run.id);
    case 'steer':
      return (await deps.queued.steer(scope, run.id)) ? 'done' : 'too_late';
    case 'interrupt':
      return await interrupt(deps, scope, run.id);
    default:
      return action satisfies never;
  }
}

async function withdraw(deps: ActDeps, scope: Scope, id: RunId): Promise<Outcome> {
  const run = await deps.queued.withdraw(scope, id);
  if (run === undefined) return 'too_late';
  deps.changes.tell(run.tenant, toRunChange(run, run.status));
  return 'done';
}

async function interrupt(deps: ActDeps, scope: Scope, id: RunId): Promise<Outcome> {
  const interruption = await deps.queued.interrupt(scope, id);
  if (interruption === undefined) return 'too_late';
  const { halted, haltedJobs } = interruption;
  deps.followHaltedJobs(haltedJobs);
  if (halted === undefined) return 'done';
  deps.host.halt(halted);
  await deps.halts.announce({ kind: 'run', id: halted, at: deps.clock.now() });
  return 'done';
}

async function resolve(
  { jobs }: ActDeps,
  scope: Scope,
  { job_id: id, outcome }: Extract<ChannelAction, { readonly type: 'resolve' }>,
): Promise<Outcome> {
  try {
    await jobs.resolve(scope, id, { outcome });
    return 'done';
  } catch (err) {
    if (hasReason(err, 'JOB_NOT_INTERRUPTED')) return 'too_late';
    throw err;
  }
}

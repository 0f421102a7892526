import type { JobResult } from '@bakerst/contracts';
import type { Secrets } from '@bakerst/kit/secrets';
import { hideInOutcome } from './hide-in-outcome.ts';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { JobQueueStore } from './ports.ts';

export interface RecordResultDeps extends MoveJobDeps {
  readonly queue: Pick<JobQueueStore, 'record'>;
  readonly secrets: Pick<Secrets, 'redact'>;
}

/**
 * Commits what a worker found out. The first result of a job counts, every later one is only logged; true when it
 * ended the job.
 */
export async function recordResult(deps: RecordResultDeps, result: JobResult): Promise<boolean> {
  const { jobId, attempt, workerId, requestId } = result;
  const outcome = hideInOutcome(result.outcome, deps.secrets);
  const move = await deps.queue.record({ ...result, outcome });
  if (move === undefined) {
    const fields = { jobId, attempt, workerId, requestId, status: outcome.status };
    deps.log.info({ event: 'late_result', ...fields }, 'result came too late');
    return false;
  }
  followMove(deps, move);
  return move.kind === 'ended';
}

import type { JobResult } from '@bakerst/contracts';
import type { Secrets } from '@bakerst/kit/secrets';
import { countAgentUsage } from '../metrics/count-replies.ts';
import type { Metrics } from '../metrics/ports.ts';
import { hideInOutcome } from './hide-in-outcome.ts';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { JobQueueStore } from './ports.ts';

export interface RecordResultDeps extends MoveJobDeps {
  readonly queue: Pick<JobQueueStore, 'record'>;
  readonly secrets: Pick<Secrets, 'redact'>;
  readonly metrics: Pick<Metrics, 'jobEnded' | 'modelReplied' | 'resultIgnored'>;
  /** Puts the files of a tool's answer where files are kept, and their names into the result. */
  readonly keepMedia: (result: JobResult) => Promise<JobResult>;
}

/**
 * Commits what a worker found out. The first result of a job counts, every later one is only logged and counted; true
 * when it ended the job.
 */
export async function recordResult(deps: RecordResultDeps, told: JobResult): Promise<boolean> {
  const { jobId, attempt, workerId, requestId } = told;
  const result = await deps.keepMedia(told);
  const outcome = hideInOutcome(result.outcome, deps.secrets);
  const move = await deps.queue.record({ ...result, outcome });
  if (move === undefined) {
    deps.metrics.resultIgnored();
    const fields = { jobId, attempt, workerId, requestId, status: outcome.status };
    deps.log.info({ event: 'late_result', ...fields }, 'result came too late');
    return false;
  }
  if (move.job.spec.type === 'agent') countAgentUsage(deps.metrics, outcome);
  followMove(deps, move);
  return move.kind === 'ended';
}

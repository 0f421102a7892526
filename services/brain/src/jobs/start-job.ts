import type { JobStart, JobStartAnswer } from '@bakerst/contracts';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { JobQueueStore } from './ports.ts';

export interface StartJobDeps extends MoveJobDeps {
  readonly queue: Pick<JobQueueStore, 'start'>;
}

/** Tells a worker whether it may act; the intent is stored before it is told so. */
export async function startJob(deps: StartJobDeps, ask: JobStart): Promise<JobStartAnswer> {
  const { answer, move } = await deps.queue.start(ask);
  if (move !== undefined) followMove(deps, move);
  if (answer.answer !== 'go') deps.log.info({ ...ask, ...answer }, 'job was not to be begun');
  return answer;
}

import type { JobResult } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { JobNotes } from './job-notes.ts';
import type { JobWaiter } from './job-waiter.ts';
import type { JobStore } from './ports.ts';

export interface RecordResultDeps {
  readonly store: Pick<JobStore, 'record'>;
  readonly waiter: JobWaiter;
  readonly notes: JobNotes;
  readonly log: Logger;
}

/** Commits what a worker found out; the first result of a job counts, every later one is only logged. */
export async function recordResult(deps: RecordResultDeps, result: JobResult): Promise<boolean> {
  const { jobId, attempt, workerId } = result;
  const isRecorded = await deps.store.record(result);
  if (isRecorded) {
    deps.notes.forget(jobId);
    deps.waiter.notify(jobId);
  } else {
    deps.log.info({ event: 'late_result', jobId, attempt, workerId }, 'result came too late');
  }
  return isRecorded;
}

import type { JobProgress } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { Job } from './job.ts';
import type { JobStore } from './ports.ts';

/** Most jobs end before this: what happened on their way is never written then. */
const NOTE_AFTER_MS = 250;

interface JobNotesDeps {
  readonly store: Pick<JobStore, 'markDispatched' | 'markProgress'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Notes on the way of a job from the queue to its result; for watchers, so they may come late or get lost. */
export interface JobNotes {
  dispatched(job: Pick<Job, 'id' | 'attempt'>): void;
  progress(progress: JobProgress): void;
  /** The job has ended: what was not written need not be. */
  forget(jobId: string): void;
  /** True for a job that is in the work queue though its row does not say so yet. */
  isDispatched(jobId: string): boolean;
}

export function createJobNotes({ store, clock, log }: JobNotesDeps): JobNotes {
  const dispatched = new Map<string, Pick<Job, 'id' | 'attempt'>>();
  const progress = new Map<string, JobProgress>();
  let _alarm: Disposable | undefined;
  const write = async (): Promise<void> => {
    _alarm = undefined;
    const marks = [...dispatched.values()];
    const states = [...progress.values()];
    progress.clear();
    try {
      await Promise.all([
        marks.length > 0 && store.markDispatched(marks),
        states.length > 0 && store.markProgress(states),
      ]);
      for (const { id } of marks) dispatched.delete(id);
    } catch (err) {
      // Dispatched again it would be swallowed as a duplicate; the result itself is stored elsewhere.
      log.warn({ err }, 'progress of jobs not noted');
    }
  };
  const schedule = (): void => {
    _alarm ??= clock.after(NOTE_AFTER_MS, () => void write());
  };
  return {
    dispatched(job) {
      dispatched.set(job.id, { id: job.id, attempt: job.attempt });
      schedule();
    },
    progress(state) {
      if (state.status !== 'received' && state.status !== 'running') return;
      progress.set(state.jobId, state);
      schedule();
    },
    forget(jobId) {
      dispatched.delete(jobId);
      progress.delete(jobId);
    },
    isDispatched: (jobId) => dispatched.has(jobId),
  };
}

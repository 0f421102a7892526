import type { JobId, JobProgress } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { UserChanges } from '../events/ports.ts';
import type { Job } from './job.ts';
import { toJobEvent } from './job-view.ts';
import type { JobQueueStore } from './ports.ts';

/** Most jobs end before this: what happened on their way is never written then. */
const NOTE_AFTER_MS = 250;
/** What kept them from being written, a full disk mostly, does not pass in a moment. */
const AGAIN_AFTER_MS = 1_000;

interface JobNotesDeps {
  readonly queue: Pick<JobQueueStore, 'markDispatched' | 'markProgress'>;
  readonly changes: UserChanges;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An attempt that is in the work queue. */
interface DispatchNote {
  readonly id: JobId;
  readonly attempt: number;
  readonly streamSeq: number;
}

/** Notes on the way of a job from the queue to its result; for watchers, so they may come late or get lost. */
export interface JobNotes {
  dispatched(note: DispatchNote): void;
  progress(progress: JobProgress): void;
  /** The job has ended, or left the queue: what was not written need not be. */
  forget(jobId: string): void;
  /** True for a job that is in the work queue though its row does not say so yet. */
  isDispatched(jobId: string): boolean;
}

export function createJobNotes({ queue, changes, clock, log }: JobNotesDeps): JobNotes {
  const dispatched = new Map<string, DispatchNote>();
  const progress = new Map<string, JobProgress>();
  let _alarm: Disposable | undefined;
  const tell = (jobs: readonly Job[]): void => {
    for (const job of jobs) changes.tell(job.tenant, toJobEvent(job));
  };
  const write = async (): Promise<void> => {
    _alarm = undefined;
    const marks = [...dispatched.values()];
    const states = [...progress.values()];
    progress.clear();
    try {
      await Promise.all([
        marks.length > 0 && queue.markDispatched(marks).then(tell),
        states.length > 0 && queue.markProgress(states).then(tell),
      ]);
      for (const mark of marks) if (dispatched.get(mark.id) === mark) dispatched.delete(mark.id);
    } catch (err) {
      // Dispatched again it would be swallowed as a duplicate; the result itself is stored elsewhere.
      log.warn({ err }, 'progress of jobs not noted');
      // Until then nobody would dispatch them, were they lost from the queue.
      if (dispatched.size > 0) schedule(AGAIN_AFTER_MS);
    }
  };
  const schedule = (ms: number): void => {
    _alarm ??= clock.after(ms, () => void write());
  };
  return {
    dispatched(note) {
      dispatched.set(note.id, note);
      schedule(NOTE_AFTER_MS);
    },
    progress(state) {
      if (state.status !== 'received' && state.status !== 'running') return;
      progress.set(state.jobId, state);
      schedule(NOTE_AFTER_MS);
    },
    forget(jobId) {
      dispatched.delete(jobId);
      progress.delete(jobId);
    },
    isDispatched: (jobId) => dispatched.has(jobId),
  };
}

import type { JobId, JobProgress } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { JobQueueStore } from './ports.ts';

/** Most jobs end before this: what happened on their way is never written then. */
const NOTE_AFTER_MS = 250;

interface JobNotesDeps {
  readonly queue: Pick<JobQueueStore, 'markDispatched' | 'markProgress'>;
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

export function createJobNotes({ queue, clock, log }: JobNotesDeps): JobNotes {
  const dispatched = new Map<string, DispatchNote>();
  const progress = new Map<string, JobProgress>();
  let _alarm: Disposable | undefined;
  const write = async (): Promise<void> => {
    _alarm = undefined;
    const marks = [...dispatched.values()];
    const states = [...progress.values()];
    progress.clear();
    try {
      await Promise.all([
        marks.length > 0 && queue.markDispatched(marks),
        states.length > 0 && queue.markProgress(states),
      ]);
      for (const mark of marks) if (dispatched.get(mark.id) === mark) dispatched.delete(mark.id);
    } catch (err) {
      // Dispatched again it would be swallowed as a duplicate; the result itself is stored elsewhere.
      log.warn({ err }, 'progress of jobs not noted');
    }
  };
  const schedule = (): void => {
    _alarm ??= clock.after(NOTE_AFTER_MS, () => void write());
  };
  return {
    dispatched(note) {
      dispatched.set(note.id, note);
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

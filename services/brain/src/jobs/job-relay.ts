import type { JobPublisher } from '@bakerst/bus';
import type { Clock, Logger } from '@bakerst/kit';
import type { Job } from './job.ts';
import type { JobNotes } from './job-notes.ts';
import type { JobQueueStore } from './ports.ts';

/** How often jobs are looked for that did not reach the work queue. */
const SWEEP_MS = 1_000;

interface JobRelayDeps {
  readonly queue: Pick<JobQueueStore, 'listNext' | 'listNextAfter'>;
  readonly publisher: JobPublisher;
  readonly notes: JobNotes;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Brings stored jobs into the work queue: at once when it can, again and again otherwise. */
export interface JobRelay {
  relay(job: Job): void;
  /** Relays what waited for the end of this job. */
  relayNextAfter(job: Job): void;
  /** Looks for what waits, as soon as whatever is going on is over. */
  sweepSoon(): void;
  /** The same after a while. */
  sweepIn(ms: number): void;
  /** Relays what is stored and not in the queue, now and from now on. */
  watch(): Disposable;
}

export function createJobRelay(deps: JobRelayDeps): JobRelay {
  const { publisher, notes, log, queue, clock } = deps;
  const underWay = new Set<string>();
  let isSweepDue = false;

  const publish = async (job: Job): Promise<void> => {
    if (underWay.has(job.id) || notes.isDispatched(job.id)) return;
    underWay.add(job.id);
    try {
      const { streamSeq } = await publisher.publish({
        jobId: job.id,
        attempt: job.baseAttempt,
        replay: job.replay,
        ...job.tenant,
        ...(job.call !== undefined && { runId: job.call.runId }),
        requestId: job.requestId,
        createdAt: job.createdAt,
        spec: job.spec,
      });
      notes.dispatched({ id: job.id, attempt: job.baseAttempt, streamSeq });
    } catch (err) {
      log.debug({ err, jobId: job.id, requestId: job.requestId }, 'job waits for the work queue');
    } finally {
      underWay.delete(job.id);
    }
  };

  const sweep = (): void => {
    for (const job of queue.listNext()) void publish(job);
  };

  return {
    relay: (job) => void publish(job),
    relayNextAfter(job) {
      for (const next of queue.listNextAfter(job)) void publish(next);
    },
    sweepSoon() {
      if (isSweepDue) return;
      isSweepDue = true;
      setImmediate(() => {
        isSweepDue = false;
        sweep();
      });
    },
    sweepIn: (ms) => void clock.after(ms, sweep),
    watch() {
      sweep();
      return clock.every(SWEEP_MS, sweep);
    },
  };
}

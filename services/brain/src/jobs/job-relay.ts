import type { JobPublisher } from '@bakerst/bus';
import type { Clock, Logger } from '@bakerst/kit';
import type { Job } from './job.ts';
import type { JobNotes } from './job-notes.ts';
import type { JobStore } from './ports.ts';

/** How often jobs are looked for that did not reach the work queue. */
const SWEEP_MS = 1_000;

interface JobRelayDeps {
  readonly store: Pick<JobStore, 'listQueued'>;
  readonly publisher: JobPublisher;
  readonly notes: JobNotes;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Brings stored jobs into the work queue: at once when it can, again and again otherwise. */
export interface JobRelay {
  relay(job: Job): void;
  /** Relays what is stored and not in the queue, now and from now on. */
  watch(): Disposable;
}

export function createJobRelay(deps: JobRelayDeps): JobRelay {
  const { publisher, notes, log } = deps;
  const underWay = new Set<string>();

  const publish = async (job: Job): Promise<void> => {
    if (underWay.has(job.id) || notes.isDispatched(job.id)) return;
    underWay.add(job.id);
    try {
      await publisher.publish({
        jobId: job.id,
        attempt: job.attempt,
        type: job.type,
        ...job.tenant,
        ...(job.call !== undefined && { runId: job.call.runId }),
        requestId: job.requestId,
        createdAt: job.createdAt,
        code: job.code,
        timeoutMs: job.timeoutMs,
      });
      notes.dispatched(job);
    } catch (err) {
      log.debug({ err, jobId: job.id }, 'job waits for the work queue');
    } finally {
      underWay.delete(job.id);
    }
  };

  const sweep = (): void => {
    for (const job of deps.store.listQueued()) void publish(job);
  };

  return {
    relay: (job) => void publish(job),
    watch() {
      sweep();
      return deps.clock.every(SWEEP_MS, sweep);
    },
  };
}

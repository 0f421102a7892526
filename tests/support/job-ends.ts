import { isTerminalJob, type JobStatus, type JobView } from '@bakerst/contracts';
import { expect } from 'vitest';
import type { System } from './system.ts';

/** The job once it has ended, as the owner sees it. */
export async function untilJobEnds(system: System, id: string, ms = 20_000): Promise<JobView> {
  let job = await system.owner.getJob(id);
  await expect
    .poll(
      async () => {
        job = await system.owner.getJob(id);
        return isTerminalJob(job.status);
      },
      { timeout: ms, interval: 25 },
    )
    .toBe(true);
  return job;
}

/** Returns as soon as a job of the system is in this state. */
export async function untilJobIs(system: System, status: JobStatus): Promise<void> {
  await expect
    .poll(() => system.query('SELECT status FROM job').map((row) => row['status']), {
      timeout: 15_000,
    })
    .toContain(status);
}

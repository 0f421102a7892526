import { isTerminalJob, JobStatus, type JobView } from '@bakerst/contracts';
import { expect } from 'vitest';
import type { System } from './system.ts';

/** The job once it has ended, as the owner sees it; it is looked for in the file, where nobody counts the looks. */
export async function untilJobEnds(system: System, id: string, ms = 20_000): Promise<JobView> {
  await expect
    .poll(() => isTerminalJob(readStatus(system, id)), { timeout: ms, interval: 25 })
    .toBe(true);
  return await system.owner.getJob(id);
}

function readStatus(system: System, id: string): JobStatus {
  const [row] = system.query('SELECT status FROM job WHERE id = ?', id);
  return JobStatus.parse(row?.['status']);
}

/** Returns as soon as a job of the system is in this state. */
export async function untilJobIs(system: System, status: JobStatus): Promise<void> {
  await expect
    .poll(() => system.query('SELECT status FROM job').map((row) => row['status']), {
      timeout: 30_000,
    })
    .toContain(status);
}

import { JobStatus, JobType, RunStatus } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED as UNFINISHED_JOB } from '../jobs/sqlite-job-rows.ts';
import { UNFINISHED as UNFINISHED_RUN } from '../runs/sqlite-run-rows.ts';
import type { OpenWorkReader } from './ports.ts';

const JobCount = z.object({ type: JobType, status: JobStatus, count: z.int() });
const RunCount = z.object({ status: RunStatus, count: z.int() });

export function createSqliteOpenWork(db: Database): OpenWorkReader {
  const jobs = db.prepare(
    `SELECT type, status, count(*) AS count FROM job WHERE ${UNFINISHED_JOB} GROUP BY type, status`,
  );
  const runs = db.prepare(
    `SELECT status, count(*) AS count FROM run WHERE ${UNFINISHED_RUN} GROUP BY status`,
  );
  return {
    readOpenWork: () => ({
      jobs: jobs.all().map((row) => JobCount.parse(row)),
      runs: runs.all().map((row) => RunCount.parse(row)),
    }),
  };
}

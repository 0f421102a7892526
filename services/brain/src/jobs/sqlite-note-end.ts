import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Job } from './job.ts';
import { prepareDropAnswers } from './sqlite-drop-answers.ts';
import { prepareNoteUsage } from './sqlite-note-usage.ts';

/** What the server of a tool tells of the calls that it made behind this one. */
const Downstream = z.looseObject({ downstream: z.int().nonnegative() });

/** Prepares what notes, in the transaction that ends a job, what it has cost, and drops what it needs no more. */
export function prepareNoteEnd(db: Database): (job: Job, now: number) => void {
  const noteUsage = prepareNoteUsage(db);
  const dropAnswers = prepareDropAnswers(db);
  const noteDownstream = db.prepare('UPDATE job SET downstream = ? WHERE id = ?');
  return (job, now) => {
    noteUsage(job, now);
    dropAnswers(job);
    const told = job.spec.type === 'mcp' ? Downstream.safeParse(job.result).data : undefined;
    if (told !== undefined) noteDownstream.run(told.downstream, job.id);
  };
}

import { JobId, type JobProgress } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import type { Job } from './job.ts';
import { createJobNotes } from './job-notes.ts';

const JOB_ID = JobId.parse('0190a000-0000-7000-8000-000000000001');
const MARK = { id: JOB_ID, attempt: 1, streamSeq: 7 };
const RUNNING: JobProgress = {
  jobId: JOB_ID,
  attempt: 1,
  workerId: 'worker-1',
  status: 'running',
  at: 0,
};

/** Notes over a store that fails as often as it is told to. */
function openNotes() {
  const clock = createFakeClock();
  const written: object[] = [];
  const store = { failures: 0 };
  const write = async (rows: readonly object[]): Promise<readonly Job[]> => {
    if (store.failures-- > 0) throw new Error('the disk is full');
    written.push(...rows);
    return [];
  };
  const queue = { markDispatched: write, markProgress: write };
  const changes = { tell: () => undefined };
  const notes = createJobNotes({ queue, changes, clock, log: silentLogger });
  return { clock, written, store, notes };
}

test('a job is written down after a moment, and counts as dispatched until then', async () => {
  const { clock, written, notes } = openNotes();
  notes.dispatched(MARK);
  notes.progress(RUNNING);
  expect(notes.isDispatched(JOB_ID)).toBe(true);
  expect(written).toEqual([]);
  await clock.advance(250);
  expect(written).toEqual([MARK, RUNNING]);
  expect(notes.isDispatched(JOB_ID)).toBe(false);
});

test('a job that ends before that is never written', async () => {
  const { clock, written, notes } = openNotes();
  notes.dispatched(MARK);
  notes.forget(JOB_ID);
  await clock.advance(10_000);
  expect(written).toEqual([]);
});

test('a job that could not be written is written later, without another one to remind of it', async () => {
  const { clock, written, store, notes } = openNotes();
  store.failures = 3;
  notes.dispatched(MARK);
  await clock.advance(2_000);
  expect(written).toEqual([]);
  expect(notes.isDispatched(JOB_ID)).toBe(true);
  await clock.advance(10_000);
  expect(written).toEqual([MARK]);
  expect(notes.isDispatched(JOB_ID)).toBe(false);
});

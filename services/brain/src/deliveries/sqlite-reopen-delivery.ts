import type { Database } from 'better-sqlite3';

/**
 * Prepares what is done, inside the transaction in which a run or job goes on after its end, to what was told of it: it
 * is told anew, in the same messages.
 */
export function prepareReopenDelivery(db: Database, of: 'run_id' | 'job_id'): (id: string) => void {
  const reopen = db.prepare(
    `UPDATE channel_delivery SET status = 'open', revision = revision + 1, finished_at = NULL
     WHERE ${of} = ? AND status <> 'failed' AND withdrawn_at IS NULL`,
  );
  return (id) => {
    reopen.run(id);
  };
}

import type { Database } from 'better-sqlite3';
import { prepareReopenDelivery } from '../deliveries/sqlite-reopen-delivery.ts';

/**
 * Prepares what is done, inside the transaction that gives an interrupted job its outcome, to the run that it belongs
 * to: the run goes on when nothing else about it is unknown and nothing was said in its conversation since. It waits for
 * its lock, which another run may hold. The function gives true when the run goes on.
 */
export function prepareReopenRun(db: Database): (runId: string) => boolean {
  const reopen = db.prepare(
    `UPDATE run SET status = 'waiting', finished_at = NULL
     WHERE id = ? AND status = 'uncertain'
       AND NOT EXISTS (SELECT 1 FROM job WHERE job.run_id = run.id AND job.status = 'interrupted')
       AND NOT EXISTS (
         SELECT 1 FROM message later
         WHERE later.conversation_id = run.conversation_id AND later.seq > run.message_seq
           AND later.role = 'user' AND later.run_id <> run.id)`,
  );
  const deliverAgain = prepareReopenDelivery(db, 'run_id');
  return (runId) => {
    if (reopen.run(runId).changes === 0) return false;
    deliverAgain(runId);
    return true;
  };
}

import type { Database } from 'better-sqlite3';

export interface MovedDelivery {
  /** The run whose message another one has taken up. */
  readonly id: string;
  readonly into: string;
}

/**
 * Prepares what is done, inside the transaction in which a run takes up the message of another one, to where that was to
 * be answered: a run that is told nowhere is told there from then on.
 */
export function prepareMoveDelivery(db: Database): (moved: MovedDelivery) => void {
  const move = db.prepare(
    `UPDATE channel_delivery SET run_id = @into, revision = revision + 1
     WHERE run_id = @id AND status = 'open'
       AND NOT EXISTS (SELECT 1 FROM channel_delivery other WHERE other.run_id = @into)`,
  );
  return ({ id, into }) => {
    move.run({ id, into });
  };
}

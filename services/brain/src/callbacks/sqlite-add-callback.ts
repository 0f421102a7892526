import type { RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import type { WantedCallback } from './callback.ts';

/** Prepares what is stored, inside the transaction that stores a run, of whoever is to be called back about it. */
export function prepareAddCallback(
  db: Database,
): (runId: RunId, callback: WantedCallback | undefined) => void {
  const add = db.prepare(
    `INSERT INTO callback (run_id, url, mode, throttle_ms, message_key)
     VALUES (@runId, @url, @mode, @throttleMs, @messageKey)`,
  );
  return (runId, callback) => {
    if (callback !== undefined) add.run({ runId, ...callback });
  };
}

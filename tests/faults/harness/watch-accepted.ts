import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 15;

export interface AcceptedWatch extends Disposable {
  /** Resolves once a message with this text is stored. */
  stored(text: string): Promise<void>;
}

/** Sees when a message is accepted, which a client that waits for its answer is not told. */
export function watchAccepted(databaseFile: string): AcceptedWatch {
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 5_000 });
  const find = db.prepare(`SELECT 1 FROM message WHERE role = 'user' AND content = ?`);
  return {
    async stored(text) {
      while (db.isOpen && find.get(text) === undefined) await delay(LOOK_MS);
    },
    [Symbol.dispose]: () => db.close(),
  };
}

import type { Database } from 'better-sqlite3';
import { prepareLearnAgain } from '../conversations/sqlite-message-search.ts';
import type { Scope } from '../principals/principal.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { QueuedMessages } from './ports.ts';
import { RUN_COLUMNS, toRun } from './sqlite-run-rows.ts';

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
}

export function createSqliteQueuedMessages({ db, writer }: StoreDeps): QueuedMessages {
  const find = db.prepare(
    `SELECT ${RUN_COLUMNS} FROM run
     WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user) AND status = 'queued'`,
  );
  const change = db.prepare('UPDATE message SET content = ? WHERE conversation_id = ? AND seq = ?');
  const learnAgain = prepareLearnAgain(db, 'message_seq');
  return {
    change: ({ org, user }: Scope, id, text) =>
      writer.write(() => {
        const row = find.get({ id, org, user: user ?? null });
        if (row === undefined) return false;
        const run = toRun(row);
        change.run(text, run.conversationId, run.messageSeq);
        learnAgain(run.id);
        return true;
      }),
  };
}

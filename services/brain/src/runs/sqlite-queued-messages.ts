import { ConversationId, RunId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { prepareLearnAgain } from '../conversations/sqlite-message-search.ts';
import type { Scope } from '../principals/principal.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { QueuedMessages } from './ports.ts';
import type { Run } from './run.ts';
import { HALT_QUEUED, HALT_RUN, prepareHaltJobs } from './sqlite-halt-run.ts';
import { RUN_COLUMNS, SELECT_RUNNING, toRun } from './sqlite-run-rows.ts';

const RunningRow = z.object({ id: RunId, conversation_id: ConversationId });

export function createSqliteQueuedMessages({ db, writer, clock }: StoreDeps): QueuedMessages {
  const sql = prepareStatements(db);
  const act = <T, O>(scope: Scope, id: RunId, options: Act<T, O>): Promise<T | O> =>
    writer.write(() => {
      const row = sql.find.get({ id, org: scope.org, user: scope.user ?? null });
      return row === undefined ? options.otherwise : options.change(toRun(row));
    });
  const findRunning = ({ lockKey }: Run) => RunningRow.optional().parse(sql.running.get(lockKey));
  return {
    change: (scope, id, text) =>
      act(scope, id, {
        otherwise: false,
        change(run) {
          sql.change.run(text, run.conversationId, run.messageSeq);
          sql.learnAgain(run.id);
          return true;
        },
      }),
    withdraw: (scope, id) =>
      act(scope, id, {
        otherwise: undefined,
        change: (run) => toRun(sql.haltQueued.get(clock.now(), run.id)),
      }),
    steer: (scope, id) =>
      act(scope, id, {
        otherwise: false,
        change(run) {
          const running = findRunning(run);
          if (running === undefined) return false;
          const isOther = running.conversation_id !== run.conversationId;
          if (isOther || sql.carries.get(run.conversationId, run.messageSeq) !== undefined)
            throw cannotJoin();
          sql.steer.run(running.id, run.id);
          return true;
        },
      }),
    interrupt: (scope, id) =>
      act(scope, id, {
        otherwise: undefined,
        change(run) {
          const halted = findRunning(run)?.id;
          if (halted === undefined) return { halted, haltedJobs: [] };
          sql.halt.run(clock.now(), halted);
          return { halted, haltedJobs: sql.haltJobs(halted, clock.now()) };
        },
      }),
  };
}

interface Act<T, O> {
  readonly change: (run: Run) => T;
  /** For a message that waits no longer, or never was. */
  readonly otherwise: O;
}

function prepareStatements(db: Database) {
  return {
    find: db.prepare(
      `SELECT ${RUN_COLUMNS} FROM run
       WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user) AND status = 'queued'`,
    ),
    change: db.prepare('UPDATE message SET content = ? WHERE conversation_id = ? AND seq = ?'),
    learnAgain: prepareLearnAgain(db, 'message_seq'),
    running: db.prepare(SELECT_RUNNING),
    carries: db.prepare(
      'SELECT 1 FROM message_attachment WHERE conversation_id = ? AND seq = ? LIMIT 1',
    ),
    steer: db.prepare('UPDATE run SET steers = ? WHERE id = ?'),
    halt: db.prepare(HALT_RUN),
    haltJobs: prepareHaltJobs(db),
    haltQueued: db.prepare(HALT_QUEUED),
  };
}

function cannotJoin(): AppError {
  return new AppError(
    'CONFLICT',
    'a message with files, or of another conversation, cannot be said to the run that is on',
    { reason: 'CANNOT_JOIN' },
  );
}

import { MessageAdded } from '@bakerst/agent';
import { RunId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { prepareMoveDelivery } from '../deliveries/sqlite-move-delivery.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { MessageTake, RunStore, TakenMessages } from './ports.ts';
import type { RunFence } from './run.ts';
import type { Fence } from './sqlite-fence.ts';
import { INSERT_STEP, insertStep } from './sqlite-run-rows.ts';

const WaitingRow = z.object({
  id: RunId,
  conversation_id: z.string(),
  message_seq: z.int(),
  text: z.string(),
});

/** The part of the run store by which a run takes up what is said to it while it is on. */
export function createMessageTaker(
  { db, writer, clock }: StoreDeps,
  fence: Fence,
): Pick<RunStore, 'hasMessages' | 'takeMessages'> {
  const sql = prepareStatements(db);
  return {
    hasMessages: (id) => sql.hasWaiting.get(id) !== undefined,
    takeMessages: (held, take) =>
      writer.write(() => {
        fence.check(held.lockKey, held.token);
        return takeWaiting(sql, { held, take, now: clock.now() });
      }, take.committed),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    hasWaiting: db.prepare(`SELECT 1 FROM run WHERE steers = ? AND status = 'queued' LIMIT 1`),
    waiting: db.prepare(
      `SELECT run.id, run.conversation_id, run.message_seq, message.content AS text
       FROM run JOIN message ON message.conversation_id = run.conversation_id
         AND message.seq = run.message_seq
       WHERE run.steers = ? AND run.status = 'queued' ORDER BY run.seq`,
    ),
    merge: db.prepare(
      `UPDATE run SET status = 'completed', merged_into = @into, responses = '[]', finished_at = @now
       WHERE id = @id`,
    ),
    moveMessage: db.prepare(
      'UPDATE message SET run_id = @into WHERE conversation_id = @conversation_id AND seq = @message_seq',
    ),
    moveDelivery: prepareMoveDelivery(db),
    addStep: db.prepare(INSERT_STEP),
  };
}

interface Taking {
  readonly held: RunFence;
  readonly take: MessageTake;
  readonly now: number;
}

function takeWaiting(sql: Statements, { held, take, now }: Taking): TakenMessages {
  const into = held.runId;
  const waiting = sql.waiting.all(into).map((row) => WaitingRow.parse(row));
  if (waiting.length === 0) return { steps: [], merged: [] };
  const { takeover, n } = take.reserve(waiting.map(({ text }) => text));
  const steps = waiting.map(({ id, text, conversation_id, message_seq }) => {
    sql.merge.run({ id, into, now });
    sql.moveDelivery({ id, into });
    sql.moveMessage.run({ into, conversation_id, message_seq });
    const step = MessageAdded.parse({ type: 'message_added', turn: take.turn, text });
    insertStep(sql.addStep, { runId: into, step, at: now, takeover, eventN: n });
    return step;
  });
  return { steps, merged: waiting.map(({ id }) => id) };
}

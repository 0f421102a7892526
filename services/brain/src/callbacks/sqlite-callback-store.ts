import { CallbackMode, ConversationId, OrgId, RunId, UserId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED } from '../runs/sqlite-run-rows.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { Callback } from './callback.ts';
import type { CallbackSender, CallbackStore } from './ports.ts';

interface CallbackStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  /** This process. */
  readonly sender: CallbackSender;
  /** How long a claim lasts: longer than sending may take. */
  readonly claimMs: number;
}

/** Ends of one org that are on their way at a time. */
const SENDING_PER_ORG = 8;

const SenderRow = z.object({ id: z.string(), host: z.string(), pid: z.int() });

const CallbackRow = z.object({
  run_id: RunId,
  org_id: OrgId,
  user_id: UserId,
  conversation_id: ConversationId,
  request_id: z.string(),
  answered_by: RunId,
  url: z.string(),
  mode: CallbackMode,
  throttle_ms: z.int(),
  message_key: z.string(),
  last_sequence: z.int(),
  sent_chars: z.int(),
  sent_hash: z.string().nullable(),
  end_event: z.string().nullable(),
  attempts: z.int(),
});

export function createSqliteCallbackStore(deps: CallbackStoreDeps): CallbackStore {
  const { db, writer, clock, sender, claimMs } = deps;
  const sql = prepareStatements(db);
  const claim = (statement: Statement, parameters: object): Promise<number | undefined> =>
    writer.write(() => {
      const now = clock.now();
      const until = now + claimMs;
      const { changes } = statement.run({ ...parameters, ...sender, now, until });
      return changes > 0 ? until : undefined;
    });
  return {
    find(runId) {
      const row = sql.find.get(runId);
      return row === undefined ? undefined : toCallback(CallbackRow.parse(row));
    },
    listDue: (limit) => z.array(RunId).parse(sql.due.all({ now: clock.now(), limit })),
    claimEvent: ({ hasText, ...event }) =>
      claim(sql.claimEvent, { ...event, hasText: Number(hasText) }),
    async settleEvent({ runId, sequence }, { chars, hash }) {
      const settled = { runId, sequence, chars, hash: hash ?? null, id: sender.id };
      await writer.write(() => sql.settleEvent.run(settled));
    },
    claimEnd: ({ event, ...end }) => claim(sql.claimEnd, { ...end, ...event }),
    async postponeEnd({ runId, attempts }, notBefore) {
      await writer.write(() =>
        sql.postponeEnd.run({ runId, attempts: attempts + 1, notBefore, id: sender.id }),
      );
    },
    listSenders: () =>
      sql.senders.all({ now: clock.now(), id: sender.id }).map((row) => SenderRow.parse(row)),
    async release({ id }) {
      await writer.write(() => sql.release.run(id));
    },
    async drop(runId) {
      await writer.write(() => sql.drop.run(runId));
    },
  };
}

/** SQL: whose the claim is, and until when. */
const CLAIMED = 'sender = @id, sender_host = @host, sender_pid = @pid, sending_until = @until';

function prepareStatements(db: Database) {
  return {
    find: db.prepare(
      `SELECT callback.*, run.org_id, run.user_id, run.conversation_id, run.request_id,
         coalesce(run.merged_into, run.id) AS answered_by
       FROM callback JOIN run ON run.id = callback.run_id WHERE callback.run_id = ?`,
    ),
    // Only what has not been told yet is in this table: it is read first (CROSS JOIN). A receiver that hangs holds up
    // no other org.
    due: db
      .prepare(
        `WITH busy AS (
           SELECT run.org_id, count(*) AS sending FROM callback CROSS JOIN run
           WHERE run.id = callback.run_id AND sending_until > 0 AND sending_until > @now GROUP BY run.org_id),
         due AS (
           SELECT callback.run_id, not_before, asked.org_id,
             row_number() OVER (PARTITION BY asked.org_id ORDER BY not_before) AS place
           FROM callback CROSS JOIN run asked CROSS JOIN run
           WHERE asked.id = callback.run_id AND run.id = coalesce(asked.merged_into, asked.id)
             AND not_before <= @now AND sending_until <= @now
             AND (end_event IS NOT NULL OR NOT run.${UNFINISHED}))
         SELECT run_id FROM due LEFT JOIN busy ON busy.org_id = due.org_id
         WHERE place + coalesce(sending, 0) <= ${SENDING_PER_ORG}
         ORDER BY not_before LIMIT @limit`,
      )
      .pluck(),
    claimEvent: db.prepare(
      `UPDATE callback SET last_sequence = @sequence, takeover = @takeover, ${CLAIMED},
         sent_hash = CASE WHEN @hasText THEN NULL ELSE sent_hash END
       WHERE run_id = @runId AND end_event IS NULL AND sending_until <= @now
         AND takeover <= @takeover AND (last_sequence = @sequence - 1
           OR (last_sequence = @sequence AND takeover = @takeover AND sender = @id))`,
    ),
    settleEvent: db.prepare(
      `UPDATE callback SET sending_until = 0, sent_chars = @chars, sent_hash = @hash
       WHERE run_id = @runId AND last_sequence = @sequence AND sender = @id
         AND end_event IS NULL`,
    ),
    claimEnd: db.prepare(
      `UPDATE callback SET end_event = @body, last_sequence = @sequence, ${CLAIMED},
         attempts = attempts + 1
       WHERE run_id = @runId AND sending_until <= @now AND not_before <= @now
         AND attempts = @attempts AND last_sequence = @sequence - (end_event IS NULL)`,
    ),
    postponeEnd: db.prepare(
      `UPDATE callback SET sending_until = 0, not_before = @notBefore
       WHERE run_id = @runId AND attempts = @attempts AND sender = @id`,
    ),
    senders: db.prepare(
      `SELECT DISTINCT sender AS id, sender_host AS host, sender_pid AS pid FROM callback
       WHERE sending_until > 0 AND sending_until > @now AND sender <> @id`,
    ),
    release: db.prepare(
      'UPDATE callback SET sending_until = 0 WHERE sender = ? AND sending_until > 0',
    ),
    drop: db.prepare('DELETE FROM callback WHERE run_id = ?'),
  };
}

function toCallback(row: z.infer<typeof CallbackRow>): Callback {
  return {
    runId: row.run_id,
    tenant: { org: row.org_id, user: row.user_id },
    conversationId: row.conversation_id,
    requestId: row.request_id,
    answeredBy: row.answered_by,
    url: row.url,
    mode: row.mode,
    throttleMs: row.throttle_ms,
    messageKey: row.message_key,
    lastSequence: row.last_sequence,
    sent: { chars: row.sent_chars, hash: row.sent_hash ?? undefined },
    endEvent: row.end_event ?? undefined,
    attempts: row.attempts,
  };
}

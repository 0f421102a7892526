import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { ASKED } from '../conversations/sqlite-message-store.ts';
import { INSERT_STEP, insertStep } from '../runs/sqlite-run-rows.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { SummaryStore } from './ports.ts';
import { toSummary } from './sqlite-history-reader.ts';

const TurnRow = z.object({ seq: z.int(), message: z.string(), answer: z.string() });
const PlaceRow = z.object({ takeover: z.int(), eventN: z.int() });

export function createSqliteSummaryStore({ db, writer, clock }: StoreDeps): SummaryStore {
  const sql = prepareStatements(db);
  return {
    listUnsummarised: (id, limit) => sql.turns.all({ id, limit }).map((row) => TurnRow.parse(row)),
    find: (id) => toSummary(sql.find.get(id)),
    claim: (id, throughSeq, until) =>
      writer.write(() => sql.claim.run({ id, throughSeq, until, now: clock.now() }).changes === 1),
    keep: (tenant, { conversationId, throughSeq, content, runId, model, usage, costUsd }) =>
      writer.write(() => {
        const now = clock.now();
        sql.addUsage.run({ ...tenant, ...usage, model, costUsd: costUsd ?? null, now });
        const made = { id: conversationId, throughSeq, content, model, now };
        if (sql.keep.run(made).changes === 0) return;
        const place = PlaceRow.optional().parse(sql.lastPlace.get(runId));
        if (place === undefined) return;
        const step = { type: 'summarised', throughSeq, model } as const;
        insertStep(sql.addStep, { runId, step, at: now, ...place });
      }),
    giveUp: (id, throughSeq) => writer.write(() => void sql.giveUp.run(id, throughSeq)),
  };
}

function prepareStatements(db: Database) {
  const made = 'conversation_id = @id AND content IS NOT NULL';
  return {
    turns: db.prepare(
      `SELECT asked.seq, ${ASKED} AS message, answered.content AS answer FROM message answered
       JOIN message asked
         ON asked.conversation_id = answered.conversation_id AND asked.seq = answered.asked_seq
       WHERE answered.conversation_id = @id
         AND answered.asked_seq > coalesce((SELECT max(through_seq) FROM conversation_summary WHERE ${made}), 0)
         AND answered.seq > coalesce((SELECT max(through_seq) FROM conversation_summary WHERE ${made}), 0)
         AND EXISTS (SELECT 1 FROM conversation WHERE conversation.id = @id AND deleted_at IS NULL)
       ORDER BY answered.seq LIMIT @limit`,
    ),
    find: db.prepare(
      `SELECT through_seq, content FROM conversation_summary
       WHERE conversation_id = ? AND content IS NOT NULL ORDER BY through_seq DESC LIMIT 1`,
    ),
    // One at a time for a conversation: notes are built on the notes before them.
    claim: db.prepare(
      `INSERT INTO conversation_summary (conversation_id, through_seq, claimed_until)
       SELECT @id, @throughSeq, @until WHERE NOT EXISTS (
         SELECT 1 FROM conversation_summary WHERE conversation_id = @id
           AND (content IS NULL AND claimed_until > @now
                OR content IS NOT NULL AND through_seq >= @throughSeq))
       ON CONFLICT DO UPDATE SET claimed_until = excluded.claimed_until WHERE content IS NULL`,
    ),
    keep: db.prepare(
      `UPDATE conversation_summary SET content = @content, model = @model, made_at = @now
       WHERE conversation_id = @id AND through_seq = @throughSeq AND content IS NULL
         AND EXISTS (SELECT 1 FROM conversation WHERE conversation.id = @id AND deleted_at IS NULL)`,
    ),
    giveUp: db.prepare(
      'DELETE FROM conversation_summary WHERE conversation_id = ? AND through_seq = ? AND content IS NULL',
    ),
    lastPlace: db.prepare(
      `SELECT takeover, event_n AS eventN FROM run_step WHERE run_id = ? ORDER BY seq DESC LIMIT 1`,
    ),
    addStep: db.prepare(INSERT_STEP),
    addUsage: db.prepare(
      `INSERT INTO model_usage (org_id, user_id, purpose, model, input_tokens, output_tokens,
         cache_creation_input_tokens, cache_read_input_tokens, cost_usd, at)
       VALUES (@org, @user, 'summary', @model, @input_tokens, @output_tokens,
         @cache_creation_input_tokens, @cache_read_input_tokens, @costUsd, @now)`,
    ),
  };
}

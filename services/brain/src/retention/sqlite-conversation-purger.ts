import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { ConversationPurger } from './ports.ts';

interface PurgerDeps {
  readonly db: Database;
  readonly writer: Writer;
}

const Id = z.string();
const Ids = z.array(Id);

/** SQL: of the runs in the JSON array that is given. */
const OF_RUNS = 'IN (SELECT value FROM json_each(?))';

export function createSqliteConversationPurger({ db, writer }: PurgerDeps): ConversationPurger {
  const sql = prepareStatements(db);
  const purgeSome = (before: number, limit: number): number => {
    const conversation = Id.optional().parse(sql.next.get(before));
    if (conversation === undefined) return 0;
    const ids = Ids.parse(sql.runs.all(conversation, limit));
    const runs = JSON.stringify(ids);
    sql.keepCost.run(runs);
    for (const drop of sql.dropOfRuns) drop.run(runs);
    sql.dropMessages.run(conversation, runs);
    sql.dropRuns.run(runs);
    if (ids.length < limit) for (const drop of sql.dropConversation) drop.run(conversation);
    return ids.length + Number(ids.length < limit);
  };
  return { purgeDeleted: (before, limit) => writer.write(() => purgeSome(before, limit)) };
}

function prepareStatements(db: Database) {
  return {
    // One in which a run still goes on waits for its end.
    next: db
      .prepare(
        `SELECT id FROM conversation WHERE deleted_at < ? AND purged_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM run WHERE run.org_id = conversation.org_id AND run.user_id = conversation.user_id
             AND run.conversation_id = conversation.id AND run.status IN ('queued', 'running', 'waiting'))
         ORDER BY deleted_at LIMIT 1`,
      )
      .pluck(),
    runs: db
      .prepare(
        `SELECT run.id FROM conversation JOIN run
           ON run.org_id = conversation.org_id AND run.user_id = conversation.user_id
             AND run.conversation_id = conversation.id
         WHERE conversation.id = ? LIMIT ?`,
      )
      .pluck(),
    keepCost: db.prepare(
      `INSERT INTO model_usage (org_id, user_id, purpose, model, input_tokens, output_tokens,
         cache_creation_input_tokens, cache_read_input_tokens, cost_usd, at)
       SELECT org_id, user_id, 'run', model, input_tokens, output_tokens,
         cache_creation_input_tokens, cache_read_input_tokens, cost_usd, created_at
       FROM run WHERE model IS NOT NULL AND id ${OF_RUNS}`,
    ),
    dropOfRuns: [
      `DELETE FROM callback WHERE run_id ${OF_RUNS}`,
      `DELETE FROM run_step WHERE run_id ${OF_RUNS}`,
      `DELETE FROM job WHERE run_id ${OF_RUNS}`,
    ].map((text) => db.prepare(text)),
    dropMessages: db.prepare(`DELETE FROM message WHERE conversation_id = ? AND run_id ${OF_RUNS}`),
    dropRuns: db.prepare(`DELETE FROM run WHERE id ${OF_RUNS}`),
    dropConversation: [
      'DELETE FROM message_attachment WHERE conversation_id = ?',
      'DELETE FROM message_search WHERE rowid IN (SELECT id FROM message_place WHERE conversation_id = ?)',
      'DELETE FROM message_place WHERE conversation_id = ?',
      'UPDATE conversation SET title = NULL, purged_at = deleted_at WHERE id = ?',
    ].map((text) => db.prepare(text)),
  };
}

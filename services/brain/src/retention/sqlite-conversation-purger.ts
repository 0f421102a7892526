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
  return {
    purgeDeleted: (before, limit) =>
      writer.write(() => {
        const conversation = Id.optional().parse(sql.next.get(before));
        return conversation === undefined ? 0 : purgeSome(sql, conversation, limit);
      }),
  };
}

function purgeSome(
  sql: ReturnType<typeof prepareStatements>,
  conversation: string,
  limit: number,
): number {
  // From the first piece on nobody can have it back.
  sql.mark.run(conversation);
  const said = Ids.parse(sql.runsOfMessages.all(conversation, limit));
  // Runs that another one took the message of are found last: they have none.
  const ids = said.length > 0 ? said : Ids.parse(sql.runsLeft.all(conversation, limit));
  const runs = JSON.stringify(ids);
  // What a fork has taken over belongs to runs of another conversation.
  const own = JSON.stringify(sql.ownOnes.all(conversation, runs));
  sql.keepCost.run(own);
  for (const drop of sql.dropOfRuns) drop.run(own);
  for (const drop of sql.dropOfMessages) drop.run({ conversation, runs });
  sql.dropRuns.run(own);
  if (ids.length === 0) for (const drop of sql.dropConversation) drop.run(conversation);
  return Math.max(1, ids.length);
}

/** SQL: messages of a conversation whose runs are in the JSON array that is given. */
const SAID_IN = `SELECT seq FROM message WHERE conversation_id = @conversation AND run_id IN (SELECT value FROM json_each(@runs))`;

function prepareStatements(db: Database) {
  return {
    // One in which a run still goes on waits for its end. The plus keeps the index of users away: few runs are open.
    next: db
      .prepare(
        `SELECT id FROM conversation WHERE deleted_at < ? AND emptied_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM run WHERE +run.org_id = conversation.org_id
             AND run.conversation_id = conversation.id AND run.status IN ('queued', 'running', 'waiting'))
         ORDER BY deleted_at LIMIT 1`,
      )
      .pluck(),
    mark: db.prepare(
      'UPDATE conversation SET title = NULL, purged_at = coalesce(purged_at, deleted_at) WHERE id = ?',
    ),
    runsOfMessages: db
      .prepare(
        `SELECT DISTINCT run_id FROM (
           SELECT run_id FROM message WHERE conversation_id = ? ORDER BY seq LIMIT ?)`,
      )
      .pluck(),
    runsLeft: db
      .prepare(
        `SELECT run.id FROM conversation JOIN run
           ON run.org_id = conversation.org_id AND run.user_id = conversation.user_id
             AND run.conversation_id = conversation.id
         WHERE conversation.id = ? LIMIT ?`,
      )
      .pluck(),
    ownOnes: db.prepare(`SELECT id FROM run WHERE conversation_id = ? AND id ${OF_RUNS}`).pluck(),
    keepCost: db.prepare(
      `INSERT INTO model_usage (org_id, user_id, purpose, model, input_tokens, output_tokens,
         cache_creation_input_tokens, cache_read_input_tokens, cost_usd, at)
       SELECT org_id, user_id, 'run', model, input_tokens, output_tokens,
         cache_creation_input_tokens, cache_read_input_tokens, cost_usd, created_at
       FROM run WHERE model IS NOT NULL AND id ${OF_RUNS}`,
    ),
    dropOfRuns: [
      `DELETE FROM callback WHERE run_id ${OF_RUNS}`,
      `DELETE FROM channel_delivery_part WHERE delivery_id IN (
         SELECT id FROM channel_delivery WHERE run_id ${OF_RUNS})`,
      `DELETE FROM channel_delivery WHERE run_id ${OF_RUNS}`,
      `DELETE FROM run_step WHERE run_id ${OF_RUNS}`,
      `DELETE FROM job WHERE run_id ${OF_RUNS}`,
    ].map((text) => db.prepare(text)),
    dropOfMessages: [
      `DELETE FROM message_search WHERE rowid IN (
         SELECT id FROM message_place WHERE conversation_id = @conversation AND seq IN (${SAID_IN}))`,
      `DELETE FROM message_place WHERE conversation_id = @conversation AND seq IN (${SAID_IN})`,
      `DELETE FROM message_attachment WHERE conversation_id = @conversation AND seq IN (${SAID_IN})`,
      `DELETE FROM message WHERE conversation_id = @conversation AND run_id IN (SELECT value FROM json_each(@runs))`,
    ].map((text) => db.prepare(text)),
    dropRuns: db.prepare(`DELETE FROM run WHERE id ${OF_RUNS}`),
    dropConversation: [
      'DELETE FROM message_search WHERE rowid IN (SELECT id FROM message_place WHERE conversation_id = ?)',
      'DELETE FROM message_place WHERE conversation_id = ?',
      'DELETE FROM message_attachment WHERE conversation_id = ?',
      'DELETE FROM conversation_summary WHERE conversation_id = ?',
      'UPDATE conversation SET emptied_at = deleted_at WHERE id = ?',
    ].map((text) => db.prepare(text)),
  };
}

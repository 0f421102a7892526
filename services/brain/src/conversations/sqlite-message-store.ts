import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { MessageStore, TenantSettings } from './ports.ts';

const TurnRow = z.object({ seq: z.int(), message: z.string(), answer: z.string() });
const EntryRow = z.object({ message: z.string(), answer: z.string(), at: z.int() });
const SettingsRow = z.object({ max_turns: z.int(), max_history_llm: z.int() });

/** SQL: the message of a run, with what was said to it while it was on. */
export const ASKED = `(SELECT group_concat(said.content, char(10, 10) ORDER BY said.seq) FROM message said
  WHERE said.conversation_id = asked.conversation_id AND said.run_id = asked.run_id
    AND said.seq BETWEEN asked.seq AND answered.seq AND said.role = 'user')`;

export function createSqliteMessageStore(db: Database): MessageStore {
  const turns = db.prepare(
    `SELECT asked.seq, ${ASKED} AS message, answered.content AS answer FROM message answered
     JOIN message asked
       ON asked.conversation_id = answered.conversation_id AND asked.seq = answered.asked_seq
     WHERE answered.conversation_id = ? AND answered.asked_seq < ?
     ORDER BY answered.seq DESC LIMIT ?`,
  );
  const message = db
    .prepare('SELECT content FROM message WHERE conversation_id = ? AND seq = ?')
    .pluck();
  const listed = `(SELECT seq, conversation_id, message_seq, answer_seq, created_at FROM run
     WHERE org_id = @org AND (@user IS NULL OR user_id = @user) AND answer_seq IS NOT NULL
       AND EXISTS (SELECT 1 FROM conversation
                   WHERE conversation.id = run.conversation_id AND deleted_at IS NULL)
     ORDER BY seq DESC LIMIT (SELECT max_history_storage FROM org WHERE id = @org))`;
  const count = db.prepare(`SELECT count(*) FROM ${listed}`).pluck();
  const entries = db.prepare(
    `SELECT ${ASKED} AS message, answered.content AS answer, listed.created_at AS at
     FROM ${listed} listed
     JOIN message asked
       ON asked.conversation_id = listed.conversation_id AND asked.seq = listed.message_seq
     JOIN message answered
       ON answered.conversation_id = listed.conversation_id AND answered.seq = listed.answer_seq
     ORDER BY listed.seq LIMIT @limit OFFSET @offset`,
  );
  return {
    listTurns: (id, beforeSeq, limit) =>
      turns
        .all(id, beforeSeq, limit)
        .map((row) => TurnRow.parse(row))
        .toReversed(),
    readMessage: (id, seq) => z.string().parse(message.get(id, seq)),
    listHistory(scope, window) {
      const parameters = { org: scope.org, user: scope.user ?? null };
      return {
        total: z.int().parse(count.get(parameters)),
        entries: entries.all({ ...parameters, ...window }).map((row) => EntryRow.parse(row)),
      };
    },
  };
}

export function createSqliteTenantSettings(db: Database): TenantSettings {
  const settings = db.prepare('SELECT max_turns, max_history_llm FROM org WHERE id = ?');
  const language = db
    .prepare('SELECT response_language FROM user WHERE org_id = ? AND id = ?')
    .pluck();
  return {
    readSettings(org) {
      const { max_turns, max_history_llm } = SettingsRow.parse(settings.get(org));
      return { maxTurns: max_turns, maxHistoryLlm: max_history_llm };
    },
    readLanguage: (org, user) => z.string().parse(language.get(org, user)),
  };
}

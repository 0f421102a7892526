import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { MessageStore, TenantSettings } from './ports.ts';

const TurnRow = z.object({ seq: z.int(), message: z.string(), answer: z.string() });
const EntryRow = z.object({ message: z.string(), answer: z.string(), at: z.int() });
const SettingsRow = z.object({ max_turns: z.int(), max_history_llm: z.int() });

/** Runs whose message and answer count as said. */
const ANSWERED = `status IN ('completed', 'halted', 'uncertain')`;

export function createSqliteMessageStore(db: Database): MessageStore {
  const turns = db.prepare(
    `SELECT run.message_seq AS seq, asked.content AS message, answered.content AS answer FROM run
     JOIN message asked ON asked.run_id = run.id AND asked.role = 'user'
     JOIN message answered ON answered.run_id = run.id AND answered.role = 'assistant'
     WHERE run.conversation_id = ? AND run.message_seq < ? AND ${ANSWERED}
     ORDER BY run.message_seq DESC LIMIT ?`,
  );
  const message = db
    .prepare('SELECT content FROM message WHERE conversation_id = ? AND seq = ?')
    .pluck();
  const listed = `(SELECT id, seq, created_at FROM run
     WHERE org_id = @org AND (@user IS NULL OR user_id = @user) AND ${ANSWERED}
     ORDER BY seq DESC LIMIT (SELECT max_history_storage FROM org WHERE id = @org))`;
  const count = db.prepare(`SELECT count(*) FROM ${listed}`).pluck();
  const entries = db.prepare(
    `SELECT asked.content AS message, answered.content AS answer, listed.created_at AS at
     FROM ${listed} listed
     JOIN message asked ON asked.run_id = listed.id AND asked.role = 'user'
     JOIN message answered ON answered.run_id = listed.id AND answered.role = 'assistant'
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

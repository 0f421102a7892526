import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { ConversationForker } from './ports.ts';
import { parseConversation } from './sqlite-conversation-store.ts';

/** More would hold up everybody else's writes. */
const MAX_MESSAGES = 5_000;

/** What a conversation does not show of itself. */
const Like = z.object({ title_source: z.string(), last_seq: z.int() });

export function createSqliteConversationForker(deps: StoreDeps): ConversationForker {
  const { db, writer, clock } = deps;
  const keys = createSqliteKeyStore(db, clock);
  const sql = prepareStatements(db);
  return {
    fork: (source, { id, beforeSeq, idempotency }) =>
      writer.write(() => {
        const span = { from: source.id, id, before: beforeSeq ?? Number.MAX_SAFE_INTEGER };
        const count = z.int().parse(sql.count.get(source.id, span.before));
        if (count > MAX_MESSAGES) throw tooLong();
        if (idempotency !== undefined) keys.remember(source.tenant, idempotency, id);
        const like = sql.find.get(source.id);
        if (like === undefined) return undefined;
        const { title_source, last_seq } = Like.parse(like);
        sql.add.run({
          ...source.tenant,
          id,
          from: source.id,
          title: source.title ?? null,
          titleSource: title_source,
          lastSeq: Math.min(last_seq, span.before - 1),
          now: clock.now(),
        });
        sql.copyMessages.run(span);
        sql.copyAttachments.run(span);
        return parseConversation(sql.find.get(id));
      }),
  };
}

function prepareStatements(db: Database) {
  return {
    count: db.prepare('SELECT count(*) FROM message WHERE conversation_id = ? AND seq < ?').pluck(),
    find: db.prepare('SELECT * FROM conversation WHERE id = ? AND deleted_at IS NULL'),
    // The places of the messages stay: answers name those of their questions.
    add: db.prepare(
      `INSERT INTO conversation (id, org_id, user_id, is_default, title, title_source, last_seq, created_at, updated_at, persona, model)
       SELECT @id, @org, @user, 0, @title, @titleSource, @lastSeq, @now, @now, persona, model
       FROM conversation WHERE id = @from`,
    ),
    copyMessages: db.prepare(
      `INSERT INTO message (conversation_id, seq, run_id, role, content, asked_seq, created_at)
       SELECT @id, seq, run_id, role, content, asked_seq, created_at
       FROM message WHERE conversation_id = @from AND seq < @before`,
    ),
    copyAttachments: db.prepare(
      `INSERT INTO message_attachment (conversation_id, seq, place, attachment_id)
       SELECT @id, seq, place, attachment_id
       FROM message_attachment WHERE conversation_id = @from AND seq < @before`,
    ),
  };
}

function tooLong(): AppError {
  return new AppError(
    'CONFLICT',
    `a new conversation can take over ${MAX_MESSAGES} messages at most: begin it further up`,
    { reason: 'CONVERSATION_TOO_LONG' },
  );
}

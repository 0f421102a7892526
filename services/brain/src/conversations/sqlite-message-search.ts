import { ConversationId, OrgId, type RunId, type Tenant, UserId } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import { toUserWord } from '../storage/user-word.ts';
import { foldText } from './find-words.ts';
import type { FoundMessage, MessageIndexer, MessageSearch } from './ports.ts';
import { MessageRow, toMessage } from './sqlite-conversation-store.ts';

/** Messages that a search lets the index learn at a time; the background has mostly done it before. */
const CATCH_UP = 50;

interface SearchDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly log: Logger;
}

const FoundRow = MessageRow.extend({
  place: z.int(),
  conversation_id: ConversationId,
  title: z.string().nullable(),
});

const PendingRow = z.object({
  conversation_id: ConversationId,
  org_id: OrgId,
  user_id: UserId,
  seq: z.int(),
  content: z.string(),
});

const LearntRow = PendingRow.pick({ org_id: true, user_id: true, content: true }).extend({
  place: z.int(),
});

const ADD_TEXT = 'INSERT INTO message_search (rowid, whose, content) VALUES (?, ?, ?)';

/**
 * Full text search over messages. A message is not indexed in the transaction that stores it, which everybody waits for,
 * but soon after it, and at the latest by the search that asks.
 */
export function createSqliteMessageSearch(deps: SearchDeps): MessageSearch & MessageIndexer {
  const { db, writer, log } = deps;
  const sql = prepareStatements(db);
  const learn = (whose: Whose, limit: number): Promise<number> => {
    if (sql.pending.get({ ...whose, limit: 1 }) === undefined) return Promise.resolve(0);
    return writer.write(() => indexSome(sql, whose, limit));
  };
  return {
    learn: (limit) => learn(EVERYBODY, limit),
    async search(tenant, words, { before, limit }) {
      try {
        for (let more = CATCH_UP; more === CATCH_UP; ) more = await learn(tenant, CATCH_UP);
      } catch (err) {
        // A full disk keeps nobody from finding what is known.
        log.warn({ err }, 'newest messages not indexed yet');
      }
      return sql.search
        .all(toMatch(tenant, words), before ?? Number.MAX_SAFE_INTEGER, limit)
        .map(toFound);
    },
  };
}

interface Whose {
  readonly org: string | null;
  readonly user: string | null;
}

const EVERYBODY: Whose = { org: null, user: null };

function prepareStatements(db: Database) {
  return {
    pending: db.prepare(
      `SELECT conversation.id AS conversation_id, org_id, user_id, seq, content
       FROM conversation JOIN message ON message.conversation_id = conversation.id
       WHERE indexed_seq < last_seq AND message.seq > indexed_seq
         AND (@org IS NULL OR (org_id = @org AND user_id = @user))
       ORDER BY conversation.id, message.seq LIMIT @limit`,
    ),
    addPlace: db
      .prepare('INSERT INTO message_place (conversation_id, seq) VALUES (?, ?) RETURNING id')
      .pluck(),
    addText: db.prepare(ADD_TEXT),
    setIndexed: db.prepare('UPDATE conversation SET indexed_seq = ? WHERE id = ?'),
    search: db.prepare(
      `SELECT message_search.rowid AS place, message.*, conversation.title
       FROM message_search
       JOIN message_place ON message_place.id = message_search.rowid
       JOIN conversation ON conversation.id = message_place.conversation_id
       JOIN message ON message.conversation_id = message_place.conversation_id
         AND message.seq = message_place.seq
       WHERE message_search MATCH ? AND message_search.rowid < ? AND conversation.deleted_at IS NULL
       ORDER BY message_search.rowid DESC LIMIT ?`,
    ),
  };
}

function indexSome(sql: ReturnType<typeof prepareStatements>, whose: Whose, limit: number): number {
  const rows = z.array(PendingRow).parse(sql.pending.all({ ...whose, limit }));
  for (const row of rows) {
    const id = z.int().parse(sql.addPlace.get(row.conversation_id, row.seq));
    sql.addText.run(id, toUserWord({ org: row.org_id, user: row.user_id }), foldText(row.content));
    sql.setIndexed.run(row.seq, row.conversation_id);
  }
  return rows.length;
}

/** Prepares what lets the search know, in the transaction that changes what a run asks or answers, what it says now. */
export function prepareLearnAgain(
  db: Database,
  place: 'message_seq' | 'answer_seq' = 'answer_seq',
): (runId: RunId) => void {
  const find = db.prepare(
    `SELECT message_place.id AS place, org_id, user_id, content FROM run
     JOIN message ON message.conversation_id = run.conversation_id AND message.seq = run.${place}
     JOIN message_place ON message_place.conversation_id = run.conversation_id
       AND message_place.seq = run.${place}
     WHERE run.id = ?`,
  );
  const forget = db.prepare('DELETE FROM message_search WHERE rowid = ?');
  const learn = db.prepare(ADD_TEXT);
  return (runId) => {
    // What the search does not know yet it will learn as it is now.
    const known = LearntRow.optional().parse(find.get(runId));
    if (known === undefined) return;
    forget.run(known.place);
    learn.run(
      known.place,
      toUserWord({ org: known.org_id, user: known.user_id }),
      foldText(known.content),
    );
  };
}

/** Quoted, words mean nothing else to FTS5 than themselves. A single letter is no beginning of a word worth looking for. */
function toMatch(tenant: Tenant, words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('"', '')}"`).join(' AND ');
  const isBeginning = [...(words.at(-1) ?? '')].length > 1;
  return `whose : "${toUserWord(tenant)}" AND content : (${quoted}${isBeginning ? ' *' : ''})`;
}

function toFound(value: unknown): FoundMessage {
  const row = FoundRow.parse(value);
  return {
    place: row.place,
    conversationId: row.conversation_id,
    title: row.title ?? undefined,
    message: toMessage(row),
  };
}

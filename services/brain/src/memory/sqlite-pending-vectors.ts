import { FactId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { FactPoint, PendingVectors } from './ports.ts';
import { LET_FORGET } from './sqlite-fact-index.ts';
import { toFact } from './sqlite-fact-rows.ts';

/** No vector is under way for longer: what an index was told to forget before that is forgotten once more. */
const UNDER_WAY_MS = 3 * 60_000;

interface PendingDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Pick<Clock, 'now'>;
  /** Where the vectors are kept, if that is not this database: what one place knows, another one does not. */
  readonly place?: string | undefined;
}

/** What is yet to be made known to the index of vectors. */
export function createSqlitePendingVectors(deps: PendingDeps): PendingVectors {
  const { db, writer, clock, place } = deps;
  const sql = prepareStatements(db);
  const toMark = (embedding: string): string =>
    place === undefined ? embedding : `${embedding} at ${place}`;
  const mark = ({ fact, embedding }: FactPoint): void => {
    const { changes } = sql.mark.run(toMark(embedding), fact.seq, fact.id);
    sql.tryAgain.run(fact.seq);
    // It has been replaced or forgotten while its vector was under way.
    if (changes === 0 && place !== undefined) sql.forget.run(fact.id);
  };
  return {
    list: (embedding, limit) => sql.list.all({ embedding: toMark(embedding), limit }).map(toFact),
    count: (embedding) => Number(sql.count.get({ embedding: toMark(embedding) })),
    hasFacts: () => sql.hasFacts.get() !== undefined,
    unmark: (limit) => writer.write(() => sql.unmark.run(limit).changes),
    mark: (points) => writer.write(() => points.forEach(mark)),
    setAside: (embedding, facts) =>
      writer.write(() => {
        for (const { seq, id } of facts)
          sql.setAside.run({ seq, id, embedding: toMark(embedding) });
      }),
    countSetAside: (embedding) => Number(sql.countSetAside.get(toMark(embedding))),
    retrySetAside: () => writer.write(() => void sql.tryAll.run()),
    listForgotten: (limit) =>
      z.array(FactId).parse(sql.forgotten.all(clock.now() - UNDER_WAY_MS, limit)),
    markForgotten: (ids) =>
      writer.write(() => {
        for (const id of ids) {
          sql.dropForgotten.run(id, clock.now() - UNDER_WAY_MS);
          sql.markForgotten.run(clock.now(), id);
          // One that holds again meanwhile has lost its vector.
          sql.unmarkOne.run(id);
        }
      }),
  };
}

function prepareStatements(db: Database) {
  const pending = (columns: string, compare: string) =>
    `SELECT ${columns} FROM fact WHERE superseded_by IS NULL AND embedding ${compare} @embedding
       AND NOT EXISTS (SELECT 1 FROM fact_refused
                       WHERE fact_seq = fact.seq AND fact_refused.embedding = @embedding)`;
  return {
    // Two ranges of an index, where "is not" would be none.
    list: db.prepare(
      `SELECT * FROM (${pending('*', '<')} UNION ALL ${pending('*', '>')}) LIMIT @limit`,
    ),
    count: db
      .prepare(`SELECT (${pending('count(*)', '<')}) + (${pending('count(*)', '>')})`)
      .pluck(),
    mark: db.prepare(
      'UPDATE fact SET embedding = ? WHERE seq = ? AND id = ? AND superseded_by IS NULL',
    ),
    hasFacts: db.prepare('SELECT 1 FROM fact WHERE seq > 0 AND superseded_by IS NULL LIMIT 1'),
    unmark: db.prepare(
      `UPDATE fact SET embedding = '' WHERE seq IN (
         SELECT seq FROM fact WHERE superseded_by IS NULL AND embedding > '' LIMIT ?)`,
    ),
    setAside: db.prepare(
      `INSERT OR REPLACE INTO fact_refused (fact_seq, embedding)
       SELECT seq, @embedding FROM fact WHERE seq = @seq AND id = @id AND superseded_by IS NULL`,
    ),
    countSetAside: db
      .prepare(
        `SELECT count(*) FROM fact_refused CROSS JOIN fact ON fact.seq = fact_seq
         WHERE fact_refused.embedding = ? AND superseded_by IS NULL`,
      )
      .pluck(),
    tryAgain: db.prepare('DELETE FROM fact_refused WHERE fact_seq = ?'),
    tryAll: db.prepare('DELETE FROM fact_refused'),
    forgotten: db
      .prepare(
        'SELECT fact_id FROM fact_to_forget WHERE forgotten_at IS NULL OR forgotten_at <= ? LIMIT ?',
      )
      .pluck(),
    forget: db.prepare(LET_FORGET),
    markForgotten: db.prepare(
      'UPDATE fact_to_forget SET forgotten_at = ? WHERE fact_id = ? AND forgotten_at IS NULL',
    ),
    dropForgotten: db.prepare('DELETE FROM fact_to_forget WHERE fact_id = ? AND forgotten_at <= ?'),
    unmarkOne: db.prepare(`UPDATE fact SET embedding = '' WHERE id = ? AND superseded_by IS NULL`),
  };
}

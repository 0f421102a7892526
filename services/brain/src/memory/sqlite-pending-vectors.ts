import { FactId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { PendingVectors } from './ports.ts';
import { toFact } from './sqlite-fact-rows.ts';

interface PendingDeps {
  readonly db: Database;
  readonly writer: Writer;
  /** Where the vectors are kept, if that is not this database: what one place knows, another one does not. */
  readonly place?: string | undefined;
}

/** What is yet to be made known to the index of vectors. */
export function createSqlitePendingVectors({ db, writer, place }: PendingDeps): PendingVectors {
  const sql = prepareStatements(db);
  const toMark = (embedding: string): string =>
    place === undefined ? embedding : `${embedding} at ${place}`;
  return {
    list: (embedding, limit) => sql.list.all({ embedding: toMark(embedding), limit }).map(toFact),
    count: (embedding) => Number(sql.count.get({ embedding: toMark(embedding) })),
    hasFacts: () => sql.hasFacts.get() !== undefined,
    unmark: (limit) => writer.write(() => sql.unmark.run(limit).changes),
    mark: (points) =>
      writer.write(() => {
        for (const { fact, embedding } of points)
          sql.mark.run(toMark(embedding), fact.seq, fact.id);
      }),
    listForgotten: (limit) => z.array(FactId).parse(sql.forgotten.all(limit)),
    markForgotten: (ids) =>
      writer.write(() => {
        for (const id of ids) sql.markForgotten.run(id);
      }),
  };
}

function prepareStatements(db: Database) {
  const pending = (columns: string, compare: string) =>
    `SELECT ${columns} FROM fact WHERE superseded_by IS NULL AND embedding ${compare} @embedding`;
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
    forgotten: db.prepare('SELECT fact_id FROM fact_to_forget LIMIT ?').pluck(),
    markForgotten: db.prepare('DELETE FROM fact_to_forget WHERE fact_id = ?'),
  };
}

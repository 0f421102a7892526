import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../../storage/group-commit.ts';
import { createSqliteFactIndex } from '../sqlite-fact-index.ts';
import { toFact } from '../sqlite-fact-rows.ts';
import type { ReindexPlace, ReindexProgress } from './reindex-facts.ts';

const KEY = 'reindex';
const Place = z.object({ at: z.int(), upTo: z.int() });

interface ProgressDeps {
  readonly db: Database;
  readonly writer: Writer;
}

/** The pass is noted beside the facts. */
export function createSqliteReindexProgress({ db, writer }: ProgressDeps): ReindexProgress {
  const sql = prepareStatements(db);
  const index = createSqliteFactIndex(db, 'nowhere');
  const note = (place: ReindexPlace): ReindexPlace => {
    sql.note.run(KEY, JSON.stringify(place));
    return place;
  };
  return {
    begin: () =>
      writer.write(() => {
        const begun = sql.find.get(KEY);
        if (begun !== undefined) return Place.parse(JSON.parse(String(begun)));
        return note({ at: 0, upTo: Number(sql.newest.get()) });
      }),
    list: (place, limit) => sql.list.all({ ...place, limit }).map(toFact),
    countLeft: (place) => Number(sql.count.get(place)),
    finishSome: ({ upTo }, facts) =>
      writer.write(() => {
        for (const { seq } of facts) {
          // As it is by now, if it is.
          const row = sql.get.get(seq);
          if (row !== undefined) index.learnWords(toFact(row));
        }
        return note({ at: facts.at(-1)?.seq ?? upTo, upTo });
      }),
    end: () => writer.write(() => void sql.end.run(KEY)),
  };
}

function prepareStatements(db: Database) {
  const left = 'FROM fact WHERE superseded_by IS NULL AND seq > @at AND seq <= @upTo';
  return {
    find: db.prepare('SELECT value FROM meta WHERE key = ?').pluck(),
    note: db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)'),
    end: db.prepare('DELETE FROM meta WHERE key = ?'),
    newest: db.prepare('SELECT coalesce(max(seq), 0) FROM fact').pluck(),
    get: db.prepare('SELECT * FROM fact WHERE seq = ? AND superseded_by IS NULL'),
    list: db.prepare(`SELECT * ${left} ORDER BY seq LIMIT @limit`),
    count: db.prepare(`SELECT count(*) ${left}`).pluck(),
  };
}

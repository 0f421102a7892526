import { type FactCategory, FactId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { toUserWord } from '../storage/user-word.ts';

interface WordSearch {
  readonly words: readonly string[];
  readonly category: FactCategory | undefined;
  readonly limit: number;
}

/** Of a word that is in more facts than that, only the newest count: it says little, and takes long. */
const MOST_OF_WORD = 1_000;
/** What a word counts for falls with how many facts it is in; this many would be a great many. */
const MANY = 10_000;

/** Finds facts by their words: stems count, case and accents do not. */
export type FindByWords = (tenant: Tenant, search: WordSearch) => readonly FactId[];

/**
 * Facts are sentences: how often a word is in one, and how long one is, says nothing. So a fact counts for what its words
 * do, the rare ones most, which takes a small part of the time that the index's own ranking takes for thousands of facts.
 */
export function prepareFindByWords(db: Database): FindByWords {
  const sql = prepareStatements(db);
  return (tenant, { words, category, limit }) => {
    const scores = new Map<number, number>();
    for (const word of words) {
      const match = toMatch(tenant, word);
      const found =
        category === undefined
          ? sql.find.all({ match, most: MOST_OF_WORD })
          : sql.findOf.all({ match, category, most: MOST_OF_WORD });
      const worth = Math.log(1 + MANY / Math.max(1, found.length));
      for (const seq of found.map(Number)) scores.set(seq, (scores.get(seq) ?? 0) + worth);
    }
    return [...scores]
      .sort(([oneSeq, one], [otherSeq, other]) => other - one || otherSeq - oneSeq)
      .slice(0, limit)
      .flatMap(([seq]) => FactId.safeParse(sql.idOf.get(seq)).data ?? []);
  };
}

function prepareStatements(db: Database) {
  // Only facts that hold are known to the index.
  return {
    find: db
      .prepare(
        `SELECT rowid FROM fact_search WHERE fact_search MATCH @match
         ORDER BY rowid DESC LIMIT @most`,
      )
      .pluck(),
    findOf: db
      .prepare(
        `SELECT fact.seq FROM fact_search CROSS JOIN fact ON fact.seq = fact_search.rowid
         WHERE fact_search MATCH @match AND fact.category = @category
         ORDER BY fact_search.rowid DESC LIMIT @most`,
      )
      .pluck(),
    idOf: db.prepare('SELECT id FROM fact WHERE seq = ?').pluck(),
  };
}

/** Quoted, a word means nothing else to FTS5 than itself. */
function toMatch(tenant: Tenant, word: string): string {
  return `whose : "${toUserWord(tenant)}" AND content : "${word.replaceAll('"', '')}"`;
}

import { type FactCategory, FactId, type Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { toUserWord } from '../storage/user-word.ts';

interface WordSearch {
  readonly words: readonly string[];
  readonly category: FactCategory | undefined;
  readonly limit: number;
}

/** Finds facts by their words: stems count, case and accents do not. */
export type FindByWords = (tenant: Tenant, search: WordSearch) => readonly FactId[];

export function prepareFindByWords(db: Database): FindByWords {
  // Only facts that hold are known to the index.
  const find = db
    .prepare(
      `SELECT fact.id FROM fact_search CROSS JOIN fact ON fact.seq = fact_search.rowid
       WHERE fact_search MATCH @match AND (@category IS NULL OR fact.category = @category)
       ORDER BY fact_search.rank, fact.seq DESC LIMIT @limit`,
    )
    .pluck();
  return (tenant, { words, category, limit }) => {
    if (words.length === 0) return [];
    const match = toMatch(tenant, words);
    return find.all({ match, category: category ?? null, limit }).map((id) => FactId.parse(id));
  };
}

/** Quoted, words mean nothing else to FTS5 than themselves. */
function toMatch(tenant: Tenant, words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('"', '')}"`).join(' OR ');
  return `whose : "${toUserWord(tenant)}" AND content : (${quoted})`;
}

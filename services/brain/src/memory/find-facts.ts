import type { FactCategory, FactId, Tenant } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import { foldText } from '../conversations/find-words.ts';
import { fuseRanks } from './fuse-ranks.ts';
import type { Fact, FactStore, Meanings, WordIndex } from './ports.ts';
import { toContentWords } from './stop-words.ts';

/** What is less like the query is not about it. */
const LEAST_COSINE = 0.3;
/** How far down each order is looked before they become one. */
const LOOKED_AT = 50;
/** Of a query that is longer, only the beginning is looked at. */
const QUERY_CHARS = 4_000;
const QUERY_WORDS = 24;
/** What embedder and index take longer for, together, comes too late: then words have to do. */
const NEAR_MS = 1_500;

export interface FindFactsDeps {
  readonly facts: Pick<FactStore, 'pick'>;
  readonly words: WordIndex;
  readonly meanings: Meanings | undefined;
  readonly log: Logger;
}

export interface FactQuery {
  readonly query: string;
  readonly category?: FactCategory | undefined;
  readonly limit: number;
}

/**
 * Facts that hold and fit a query, best first: by their words, and by what they mean as long as there is an embedder
 * that answers.
 */
export async function findFacts(
  deps: FindFactsDeps,
  tenant: Tenant,
  { query, category, limit }: FactQuery,
): Promise<readonly Fact[]> {
  const text = query.slice(0, QUERY_CHARS).toWellFormed();
  const words = toQueryWords(text);
  const orders = await Promise.all([
    words.length === 0 ? [] : deps.words.find(tenant, words, { category, limit: LOOKED_AT }),
    findNear(deps, tenant, text),
  ]);
  const ids = fuseRanks<FactId>(orders);
  const found: Fact[] = [];
  // Mostly the first few are all that is wanted.
  for (let from = 0; from < ids.length && found.length < limit; from += limit)
    for (const fact of deps.facts.pick(tenant, ids.slice(from, from + limit)))
      if (category === undefined || fact.category === category) found.push(fact);
  return found.slice(0, limit);
}

/** The words by which a text is looked for. */
function toQueryWords(text: string): readonly string[] {
  const words = foldText(text).match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return toContentWords([...new Set(words)]).slice(0, QUERY_WORDS);
}

async function findNear(
  { meanings, log }: FindFactsDeps,
  tenant: Tenant,
  text: string,
): Promise<readonly FactId[]> {
  if (meanings === undefined || text.trim() === '') return [];
  const late = AbortSignal.timeout(NEAR_MS);
  const isLate = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(late.reason), { once: true });
  });
  try {
    return await Promise.race([lookNear(meanings, { tenant, text, signal: late }), isLate]);
  } catch (err) {
    log.warn({ err, orgId: tenant.org, userId: tenant.user }, 'facts are found by words alone');
    return [];
  }
}

interface Looked {
  readonly tenant: Tenant;
  readonly text: string;
  readonly signal: AbortSignal;
}

async function lookNear(
  { embedder, index }: Meanings,
  { tenant, text, signal }: Looked,
): Promise<readonly FactId[]> {
  const [embedded] = await embedder.embed([text], 'query', signal);
  if (embedded === undefined) return [];
  const near = await index.nearest(tenant, embedded, LOOKED_AT);
  return near.filter(({ cosine }) => cosine >= LEAST_COSINE).map(({ id }) => id);
}

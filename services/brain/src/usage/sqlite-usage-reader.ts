import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { UsageKey, UsageReader, UsageSum } from './ports.ts';

const SumRow = z.object({
  key: z.string().nullable(),
  runs: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_creation_input_tokens: z.int(),
  cache_read_input_tokens: z.int(),
  cost_usd: z.number(),
  unpriced: z.int(),
});

const KEYS: Readonly<Record<UsageKey, string>> = {
  day: `date(at / 1000, 'unixepoch')`,
  user: 'user_id',
  model: 'model',
};

const TOKENS =
  'input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens, cost_usd';
const OWN = 'org_id = @org AND (@user IS NULL OR user_id = @user)';

/**
 * Ids of runs begin with the time at which they were made (UUID version 7), so that a span of time is a range of ids.
 */
export function createSqliteUsageReader(db: Database): UsageReader {
  const prepare = (by: UsageKey) =>
    db.prepare(
      `SELECT ${KEYS[by]} AS key, sum(is_run) AS runs, sum(input_tokens) AS input_tokens,
         sum(output_tokens) AS output_tokens,
         sum(cache_creation_input_tokens) AS cache_creation_input_tokens,
         sum(cache_read_input_tokens) AS cache_read_input_tokens,
         total(cost_usd) AS cost_usd, sum(cost_usd IS NULL) AS unpriced
       FROM (
         SELECT 1 AS is_run, user_id, model, created_at AS at, ${TOKENS} FROM run
         WHERE id >= @firstId AND id < @endId AND ${OWN} AND model IS NOT NULL
         UNION ALL
         SELECT purpose = 'run', user_id, model, at, ${TOKENS} FROM model_usage
         WHERE at >= @from AND at < @to AND ${OWN})
       GROUP BY 1 ORDER BY 1`,
    );
  const sums = { day: prepare('day'), user: prepare('user'), model: prepare('model') };
  return {
    sum: ({ org, user }, by, { from, to }) =>
      sums[by]
        .all({ org, user: user ?? null, from, to, firstId: toFirstId(from), endId: toFirstId(to) })
        .map(toSum),
  };
}

/** The first id that can have been made at this time. */
function toFirstId(at: number): string {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function toSum(value: unknown): UsageSum {
  const { key, cost_usd, ...sums } = SumRow.parse(value);
  return { ...sums, key: key ?? undefined, costUsd: cost_usd };
}

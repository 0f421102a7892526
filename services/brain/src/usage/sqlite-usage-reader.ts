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
const MINE = 'org_id = @org AND user_id = @user';
// The plus keeps the index of users away: all runs of the span are read, once.
const ALL = '+org_id = @org AND @user IS NULL';
/** Ids are made a moment before rows are; so many rows at either end of a span are looked at by their time. */
const MARGIN = 1_000;

/**
 * Ids of runs begin with the time at which they were made (UUID version 7), and rows are numbered as they come, so that a
 * span of time is a range of rows.
 */
export function createSqliteUsageReader(db: Database): UsageReader {
  const prepare = (by: UsageKey, whose: string) =>
    db.prepare(
      `SELECT ${KEYS[by]} AS key, sum(is_run) AS runs, sum(input_tokens) AS input_tokens,
         sum(output_tokens) AS output_tokens,
         sum(cache_creation_input_tokens) AS cache_creation_input_tokens,
         sum(cache_read_input_tokens) AS cache_read_input_tokens,
         total(cost_usd) AS cost_usd, sum(cost_usd IS NULL) AS unpriced
       FROM (
         SELECT 1 AS is_run, user_id, model, created_at AS at, ${TOKENS} FROM run
         WHERE ${whose} AND seq BETWEEN @firstSeq AND @lastSeq
           AND created_at >= @from AND created_at < @to AND model IS NOT NULL
         UNION ALL
         SELECT purpose = 'run', user_id, model, at, ${TOKENS} FROM model_usage
         WHERE org_id = @org AND (@user IS NULL OR user_id = @user) AND at >= @from AND at < @to)
       GROUP BY 1 ORDER BY 1`,
    );
  const prepareAll = (whose: string) => ({
    day: prepare('day', whose),
    user: prepare('user', whose),
    model: prepare('model', whose),
  });
  const ofUser = prepareAll(MINE);
  const ofOrg = prepareAll(ALL);
  const seqAt = db.prepare('SELECT seq FROM run WHERE id >= ? ORDER BY id LIMIT 1').pluck();
  const readSeq = (at: number, fallback: number): number =>
    z
      .int()
      .default(fallback)
      .parse(seqAt.get(toFirstId(at)));
  return {
    sum({ org, user }, by, { from, to }) {
      const firstSeq = readSeq(from, Number.MAX_SAFE_INTEGER) - MARGIN;
      const lastSeq = readSeq(to, Number.MAX_SAFE_INTEGER - MARGIN) + MARGIN;
      const parameters = { org, user: user ?? null, from, to, firstSeq, lastSeq };
      return (user === undefined ? ofOrg : ofUser)[by].all(parameters).map(toSum);
    },
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

import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { HistoryReader, Summary } from './ports.ts';

const SummaryRow = z.object({ through_seq: z.int(), content: z.string() });
const MeasuredRow = z.object({
  estimatedTokens: z.number().nullable(),
  tokens: z.number().nullable(),
});

export function createSqliteHistoryReader(db: Database): HistoryReader {
  const summary = db.prepare(
    `SELECT through_seq, content FROM conversation_summary
     WHERE conversation_id = ? AND through_seq < ? AND content IS NOT NULL
     ORDER BY through_seq DESC LIMIT 1`,
  );
  const measured = db.prepare(
    `SELECT
       (SELECT json_extract(payload, '$.estimatedTokens') FROM run_step
        WHERE run_id = last.id AND type = 'turn_started' ORDER BY seq LIMIT 1) AS estimatedTokens,
       (SELECT json_extract(payload, '$.reply.usage.input_tokens')
             + json_extract(payload, '$.reply.usage.cache_creation_input_tokens')
             + json_extract(payload, '$.reply.usage.cache_read_input_tokens') FROM run_step
        WHERE run_id = last.id AND type = 'model_replied' ORDER BY seq LIMIT 1) AS tokens
     FROM (SELECT run_id AS id FROM message WHERE conversation_id = ? AND seq < ? AND role = 'assistant'
           ORDER BY seq DESC LIMIT 1) last`,
  );
  return {
    findSummary: (id, beforeSeq) => toSummary(summary.get(id, beforeSeq)),
    findMeasured(id, beforeSeq) {
      const row = MeasuredRow.optional().parse(measured.get(id, beforeSeq));
      if (row === undefined || row.estimatedTokens === null || row.tokens === null)
        return undefined;
      return { estimatedTokens: row.estimatedTokens, tokens: row.tokens };
    },
  };
}

export function toSummary(value: unknown): Summary | undefined {
  const row = SummaryRow.optional().parse(value);
  return row && { throughSeq: row.through_seq, content: row.content };
}

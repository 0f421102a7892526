import { type PlacedResult, ReplayClass, ToolCallResult } from '@bakerst/contracts';
import { z } from 'zod';
import type { StoredCall } from './tool-call-rules.ts';

const CallRow = z.object({
  server: z.string(),
  tool: z.string(),
  args_hash: z.string(),
  preview: z.string(),
  replay: ReplayClass,
  attempt: z.int().nullable(),
  worker_id: z.string().nullable(),
  place: z.int().nullable(),
  at: z.int().nullable(),
  result: z.string().nullable(),
});

export function toStoredCall(value: unknown): StoredCall {
  const row = CallRow.parse(value);
  return {
    server: row.server,
    tool: row.tool,
    hash: row.args_hash,
    preview: row.preview,
    replay: row.replay,
    intent:
      row.attempt === null ? undefined : { attempt: row.attempt, workerId: row.worker_id ?? '' },
    hasResult: row.at !== null,
  };
}

/** The answer of a call that has one, in its place. */
export function toPlacedResult(value: unknown, index: number): PlacedResult {
  const { place, at, result } = CallRow.parse(value);
  return {
    index,
    order: place ?? 0,
    at: at ?? 0,
    result: ToolCallResult.parse(JSON.parse(result ?? 'null')),
  };
}

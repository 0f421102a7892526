import { createHash } from 'node:crypto';
import type { PlacedResult, ToolCallAsked } from '@bakerst/contracts';
import type { AnsweredCall, MadeCall } from '../sandbox/sandbox.ts';

/** Twice what is kept: a secret that the end cuts in two is found while it is whole. */
const PREVIEW_CHARS = 1_000;

/** A call of code as a brain is asked about it. */
export function toAsked({ index, server, tool, json }: MadeCall): ToolCallAsked {
  return {
    index,
    server,
    tool,
    hash: createHash('sha256').update(json).digest('hex'),
    preview: json.slice(0, PREVIEW_CHARS).toWellFormed(),
  };
}

/** An answer as code is handed it. */
export function toAnswered({ index, at, result }: PlacedResult): AnsweredCall {
  return result.ok
    ? { index, at, ok: true, json: result.json }
    : { index, at, ok: false, json: JSON.stringify(result.error) };
}

import { createHash } from 'node:crypto';
import type { McpAnswer, McpMedia, ToolCallResult } from '@bakerst/contracts';

/** What an answer may have as JSON text; escaped once more it still fits into a message of the bus (2 MB). */
const RESULT_MAX_BYTES = 900 * 1024;
const MESSAGE_MAX_CHARS = 2_000;

/**
 * What code gets for a call: the structured content where the server gives one, else its text, or `{text, media}` when
 * it sent more than text. Of pictures and files code gets what describes them; their content goes no further.
 */
export function toCallResult(answer: McpAnswer): ToolCallResult {
  if (answer.status !== 'ok') return failure(answer.error.code, answer.error.message);
  if (answer.isError) return failure('TOOL_ERROR', answer.text || 'the tool failed');
  const json = JSON.stringify(toValue(answer));
  if (Buffer.byteLength(JSON.stringify(json)) <= RESULT_MAX_BYTES) return { ok: true, json };
  return failure(
    'MCP_RESPONSE_TOO_LARGE',
    `the answer has more than ${RESULT_MAX_BYTES} bytes; ask the tool for less at a time`,
  );
}

function toValue({ text, structured, media }: Extract<McpAnswer, { status: 'ok' }>): unknown {
  if (structured !== undefined) return structured;
  return media.length === 0 ? text : { text, media: media.map(describe) };
}

function describe({ mimeType, name, data }: McpMedia) {
  const bytes = Buffer.from(data, 'base64');
  return {
    mime_type: mimeType,
    ...(name !== undefined && { name }),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

export function failure(code: string, message: string): ToolCallResult {
  return { ok: false, error: { code, message: message.slice(0, MESSAGE_MAX_CHARS) } };
}

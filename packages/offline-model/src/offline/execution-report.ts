import { isRecord, type JsonObject } from '../api/narrow.ts';
import { type AnsweredCall, quote } from './rule.ts';

/** What execute_code answered: its envelope, or text where it gave none (refused, not finished, cut). */
export type Execution =
  | { readonly kind: 'value'; readonly value: unknown; readonly logs: readonly string[] }
  | {
      readonly kind: 'failure';
      readonly code: string;
      readonly message: string;
      readonly logs: readonly string[];
    }
  | { readonly kind: 'text'; readonly text: string };

const EXACT_DIGITS = 15;

export function readExecution(call: AnsweredCall): Execution {
  const envelope = parseRecord(call.text);
  if (envelope === undefined || typeof envelope['ok'] !== 'boolean')
    return { kind: 'text', text: call.text };
  const logs = readLogs(envelope['logs']);
  if (envelope['ok']) return { kind: 'value', value: envelope['value'], logs };
  const { code, message } = envelope;
  return { kind: 'failure', code: String(code), message: String(message), logs };
}

/** The result in words: value or failure first, then what the code reportLogs. */
export function reportExecution(call: AnsweredCall): string {
  const execution = readExecution(call);
  switch (execution.kind) {
    case 'text':
      return `It gave no result. The tool says: ${quote(execution.text)}`;
    case 'failure':
      return `The code failed with ${execution.code}: ${quote(execution.message)}${reportLogs(execution.logs)}`;
    case 'value':
      return `Result: ${formatValue(execution.value)}${reportLogs(execution.logs)}`;
    default:
      return execution satisfies never;
  }
}

/** Numbers without the noise of binary fractions: 0.1 + 0.2 is 0.3. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(EXACT_DIGITS)));
  if (typeof value === 'string') return quote(value);
  return quote(JSON.stringify(value) ?? 'nothing');
}

function reportLogs(logs: readonly string[]): string {
  return logs.length === 0 ? '' : `\nIt reportLogs:\n${quote(logs.join('\n'))}`;
}

function readLogs(logs: unknown): readonly string[] {
  if (!Array.isArray(logs)) return [];
  return logs.map((line: unknown) =>
    isRecord(line) ? String(line['message'] ?? '') : String(line),
  );
}

function parseRecord(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // Plain text is an answer too.
    return undefined;
  }
}

import type { OfferedTool } from '../api/messages-request.ts';
import { isRecord, type JsonObject } from '../api/narrow.ts';

export interface ToolCall {
  readonly name: string;
  readonly input: JsonObject;
}

/** A call of this run with what the tool answered. */
export interface AnsweredCall extends ToolCall {
  readonly text: string;
  readonly isError: boolean;
}

/** What a person asked, and how far the answer has come. */
export interface Ask {
  /** The person's last words, trimmed. */
  readonly text: string;
  /** The words before them, newest first. */
  readonly earlier: readonly string[];
  readonly tools: ReadonlyMap<string, OfferedTool>;
  /** Calls answered since the last words, one group for each reply that made some. */
  readonly rounds: readonly (readonly AnsweredCall[])[];
}

export type RuleAnswer =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'call'; readonly calls: readonly ToolCall[] };

/** One thing that the offline model understands. */
export interface OfflineRule {
  /** The tool without which it cannot do it. */
  readonly tool: string;
  /** How a person says it, for the help text. */
  readonly example: string;
  /** What it does with the tool, as in "I cannot … here yet". */
  readonly ability: string;
  /** Undefined when the words are not for this rule. */
  answer(ask: Ask): RuleAnswer | undefined;
}

const QUOTE_CHARS = 4_000;

export function say(text: string): RuleAnswer {
  return { kind: 'say', text };
}

export function call(...calls: readonly ToolCall[]): RuleAnswer {
  return { kind: 'call', calls };
}

/** The first of the names that the tool's schema has as a property; without any, its first required one, else the first name. */
export function pickProperty(
  tool: OfferedTool | undefined,
  names: readonly [string, ...string[]],
): string {
  const { properties, required } = tool?.inputSchema ?? {};
  const known = isRecord(properties) ? Object.keys(properties) : [];
  const first: unknown = Array.isArray(required) ? required[0] : undefined;
  const fallback = typeof first === 'string' ? first : names[0];
  return names.find((name) => known.includes(name)) ?? fallback;
}

/** Text of a tool for a person, cut where it grows too long to read. */
export function quote(text: string): string {
  if (text.length <= QUOTE_CHARS) return text;
  return `${text.slice(0, QUOTE_CHARS).toWellFormed()}… [${text.length - QUOTE_CHARS} more characters]`;
}

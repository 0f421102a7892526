import { ApiError } from './api-error.ts';
import { isRecord, type JsonObject, refuse, refuseExtra, refuseUnlessIn } from './narrow.ts';

const MAX_MARKS = 4;
const MARK_FIELDS = new Set(['type', 'ttl']);

/** A piece of the prompt in the order in which the model reads it: tools, system, messages. */
export interface PromptSegment {
  readonly text: string;
  /** True where a cache_control breakpoint stands behind the piece. */
  readonly isMarked: boolean;
}

/** Cuts a body into its blocks; refuses more breakpoints than the API takes, and wrong ones. */
export function toPromptSegments(body: JsonObject): readonly PromptSegment[] {
  const blocks = [
    ...toList(body['tools']),
    ...toList(body['system']),
    ...toList(body['messages']).flatMap(splitMessage),
  ];
  const ttls = [...blocks, body].flatMap((block) => (isRecord(block) ? readMark(block) : []));
  if (ttls.length > MAX_MARKS)
    throw new ApiError(
      400,
      `A maximum of ${MAX_MARKS} blocks with cache_control may be provided. Found ${ttls.length}.`,
    );
  if (ttls.lastIndexOf('1h') > ttls.indexOf('5m') && ttls.includes('5m'))
    refuse('cache_control.ttl', "a ttl='1h' block must not come after a ttl='5m' block");
  const isAllMarked = isRecord(body['cache_control']);
  return blocks.map((block, index) => toSegment(block, isAllMarked && index === blocks.length - 1));
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function splitMessage(message: unknown): readonly unknown[] {
  if (!isRecord(message)) return [message];
  return [{ role: message['role'] }, ...toList(message['content']).flatMap(splitResult)];
}

function splitResult(block: unknown): readonly unknown[] {
  if (!isRecord(block) || block['type'] !== 'tool_result') return [block];
  const { content, ...outer } = block;
  return [...toList(content), outer];
}

function readMark(block: JsonObject): readonly string[] {
  const mark = block['cache_control'] ?? undefined;
  if (mark === undefined) return [];
  if (!isRecord(mark)) refuse('cache_control', 'Input should be a valid dictionary');
  refuseExtra(mark, MARK_FIELDS, 'cache_control');
  if (mark['type'] !== 'ephemeral') refuse('cache_control.type', "Input should be 'ephemeral'");
  refuseUnlessIn(mark['ttl'], ['5m', '1h'], 'cache_control.ttl');
  return [mark['ttl'] === '1h' ? '1h' : '5m'];
}

/** The mark itself is left out of the text: it moves on from call to call while the prefix stays. */
function toSegment(block: unknown, isLastOfMarked: boolean): PromptSegment {
  if (!isRecord(block)) return { text: String(block), isMarked: isLastOfMarked };
  const { cache_control: mark, ...rest } = block;
  return { text: JSON.stringify(rest), isMarked: isRecord(mark) || isLastOfMarked };
}

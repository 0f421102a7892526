import type { MessagesRequest, RequestMessage, ToolResultBlock } from '../api/messages-request.ts';
import type { AnsweredCall, Ask, ToolCall } from './rule.ts';

/** Reads what was asked and what the tools have answered to it so far. */
export function readAsk({ messages, tools }: MessagesRequest): Ask {
  const place = messages.findLastIndex((message) => readWords(message) !== undefined);
  const words = messages.slice(0, place + 1).flatMap((message) => readWords(message) ?? []);
  const [text = '', ...earlier] = words.toReversed();
  return {
    text,
    earlier,
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    rounds: toRounds(messages.slice(place + 1)),
  };
}

/** A person's words: the last text of a user message, since what is put in front of it comes from the product. */
function readWords({ role, blocks }: RequestMessage): string | undefined {
  if (role !== 'user') return undefined;
  const last = blocks.findLast((block) => block.type === 'text');
  return last?.type === 'text' ? last.text.trim() : undefined;
}

function toRounds(messages: readonly RequestMessage[]): Ask['rounds'] {
  const calls = new Map<string, ToolCall>();
  const rounds: AnsweredCall[][] = [];
  for (const { blocks } of messages) {
    for (const block of blocks) if (block.type === 'tool_use') calls.set(block.id, block);
    const results = blocks.filter((block) => block.type === 'tool_result');
    if (results.length > 0) rounds.push(results.map((result) => toAnswered(result, calls)));
  }
  return rounds;
}

function toAnswered(
  { toolUseId, text, isError }: ToolResultBlock,
  calls: ReadonlyMap<string, ToolCall>,
): AnsweredCall {
  const { name, input } = calls.get(toolUseId) ?? { name: 'unknown', input: {} };
  return { name, input, text, isError };
}

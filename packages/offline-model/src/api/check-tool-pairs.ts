import type { MessageBlock, RequestMessage, Role } from './messages-request.ts';
import { refuse } from './narrow.ts';

/** Messages in a row of one role count as one; `index` is the place of the first of them. */
interface Side {
  readonly role: Role;
  readonly index: number;
  readonly blocks: MessageBlock[];
}

const NO_BLOCKS: readonly MessageBlock[] = [];

/** Refuses a conversation in which a tool call and its result do not stand next to each other. */
export function checkToolPairs(messages: readonly RequestMessage[]): void {
  const sides = mergeSides(messages);
  checkUniqueIds(sides);
  for (const [place, side] of sides.entries()) {
    if (side.role === 'assistant') checkAnswered(side, sides[place + 1]?.blocks ?? NO_BLOCKS);
    else checkAsked(side, sides[place - 1]?.blocks ?? NO_BLOCKS);
  }
}

function mergeSides(messages: readonly RequestMessage[]): readonly Side[] {
  const sides: Side[] = [];
  for (const [index, { role, blocks }] of messages.entries()) {
    const last = sides.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else sides.push({ role, index, blocks: [...blocks] });
  }
  return sides;
}

function checkUniqueIds(sides: readonly Side[]): void {
  const seen = new Set<string>();
  for (const side of sides)
    for (const id of readCallIds(side.blocks)) {
      if (seen.has(id)) refuse(`messages.${side.index}`, '`tool_use` ids must be unique');
      seen.add(id);
    }
}

/** Results come first in the message after the calls; text may only follow them. */
function checkAnswered(side: Side, next: readonly MessageBlock[]): void {
  const others = next.findIndex((block) => block.type !== 'tool_result');
  const answered = new Set(readResultIds(others === -1 ? next : next.slice(0, others)));
  const open = readCallIds(side.blocks).filter((id) => !answered.has(id));
  if (open.length === 0) return;
  refuse(
    `messages.${side.index}`,
    '`tool_use` ids were found without `tool_result` blocks immediately after: ' +
      `${open.join(', ')}. Each \`tool_use\` block must have a corresponding ` +
      '`tool_result` block in the next message.',
  );
}

function checkAsked(side: Side, previous: readonly MessageBlock[]): void {
  const asked = new Set(readCallIds(previous));
  const answered = new Set<string>();
  for (const id of readResultIds(side.blocks)) {
    if (!asked.has(id))
      refuse(
        `messages.${side.index}`,
        `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each ` +
          '`tool_result` block must have a corresponding `tool_use` block in the previous message.',
      );
    if (answered.has(id))
      refuse(
        `messages.${side.index}`,
        `each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    answered.add(id);
  }
}

function readCallIds(blocks: readonly MessageBlock[]): readonly string[] {
  return blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function readResultIds(blocks: readonly MessageBlock[]): readonly string[] {
  return blocks.flatMap((block) => (block.type === 'tool_result' ? [block.toolUseId] : []));
}

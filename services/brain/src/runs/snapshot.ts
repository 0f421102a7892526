import type { ModelReply } from '@bakerst/agent';
import type { SnapshotPart } from '@bakerst/contracts';
import type { StoredStep } from './run.ts';
import type { RunStep } from './run-step.ts';
import { toCutOffResult } from './stream-events.ts';

/** What the stored steps of a run have shown, for a reader whose place in the stream is gone. */
export function toSnapshotParts(steps: readonly StoredStep[]): SnapshotPart[] {
  let turn = 0;
  let reply: ModelReply | undefined;
  const open = new Set<number>();
  return steps.flatMap(({ step }) => {
    const isNewTurn = step.type === 'turn_started' && step.turn > turn;
    if (step.type === 'turn_started') turn = step.turn;
    if (step.type === 'model_replied') {
      reply = step.reply;
      open.clear();
    }
    if (step.type === 'tool_called') open.add(step.index);
    if (step.type === 'tool_answered') open.delete(step.index);
    return toParts(step, { reply, open, isNewTurn: isNewTurn && turn > 1 });
  });
}

interface Context {
  /** Reply of the turn that the step belongs to. */
  readonly reply: ModelReply | undefined;
  /** Calls of it that are not answered. */
  readonly open: ReadonlySet<number>;
  /** The step begins a turn after the first, which a line break sets apart. */
  readonly isNewTurn: boolean;
}

function toParts(step: RunStep, { reply, open, isNewTurn }: Context): SnapshotPart[] {
  switch (step.type) {
    case 'turn_started':
      return isNewTurn ? [{ type: 'progress', text: '\n' }] : [];
    case 'model_replied':
      return step.reply.content
        .filter((block) => block.type === 'text')
        .map(({ text }) => ({ type: 'progress', text }));
    case 'tool_called': {
      const call = findCall(reply, step.index);
      return call === undefined
        ? []
        : [{ type: 'tool_use', id: call.id, tool: call.name, input: call.input }];
    }
    case 'tool_answered': {
      const call = findCall(reply, step.index);
      if (call === undefined) return [];
      const { text, isError } = step;
      return [
        { type: 'tool_result', id: call.id, tool: call.name, result: text, is_error: isError },
      ];
    }
    case 'halted':
      return [
        ...(step.text === '' ? [] : [{ type: 'progress' as const, text: step.text }]),
        ...[...open].flatMap((index) => findCall(reply, index) ?? []).map(toCutOffResult),
      ];
    case 'message_accepted':
    case 'message_added':
    case 'finished':
    case 'summarised':
      return [];
    default:
      return step satisfies never;
  }
}

function findCall(reply: ModelReply | undefined, index: number) {
  return reply?.content.filter((block) => block.type === 'tool_use')[index];
}

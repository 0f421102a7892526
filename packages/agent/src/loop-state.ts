import { addUsage, NO_USAGE, type Usage } from '@bakerst/contracts';
import type { LoopStep } from './loop-step.ts';
import type { ModelMessage, ModelReply, ToolUseBlock } from './model.ts';
import type { ToolAnswer } from './tool.ts';

export interface OpenCall {
  readonly block: ToolUseBlock;
  isCalled: boolean;
  answer: ToolAnswer | undefined;
}

/** Where a run stands: a fold over its steps. */
export interface LoopState {
  /** Turns begun; the last one may still wait for its reply. */
  turn: number;
  /** Model of the last turn begun; undefined before the first. */
  model: string | undefined;
  /** Reply of turn `turn`; undefined while it is asked for. */
  reply: ModelReply | undefined;
  /** The calls of `reply`, in its order. */
  calls: readonly OpenCall[];
  /** What was said since the message of the run. */
  readonly messages: ModelMessage[];
  /** Every text block of every reply, in order. */
  readonly texts: string[];
  usage: Usage;
  readonly usageByModel: Map<string, Usage>;
}

export function foldSteps(steps: readonly LoopStep[]): LoopState {
  const state: LoopState = {
    turn: 0,
    model: undefined,
    reply: undefined,
    calls: [],
    messages: [],
    texts: [],
    usage: NO_USAGE,
    usageByModel: new Map(),
  };
  for (const step of steps) applyStep(state, step);
  return state;
}

export function applyStep(state: LoopState, step: LoopStep): void {
  switch (step.type) {
    case 'turn_started':
      closeTurn(state);
      state.turn = step.turn;
      state.model = step.model;
      return;
    case 'model_replied':
      applyReply(state, step.model, step.reply);
      return;
    case 'tool_called':
      setCall(state, step.index, { isCalled: true });
      return;
    case 'tool_answered':
      setCall(state, step.index, { answer: { text: step.text, isError: step.isError } });
      return;
    case 'message_added':
      addMessage(state, step.text);
      return;
    default:
      step satisfies never;
  }
}

/** Beside the answers of the tools, or after the reply; the API wants the roles to alternate. */
function addMessage({ messages }: LoopState, text: string): void {
  const last = messages.at(-1);
  const block = { type: 'text', text } as const;
  if (last?.role !== 'user') messages.push({ role: 'user', content: [block] });
  else messages.splice(-1, 1, { role: 'user', content: [...last.content, block] });
}

/** True once every call of the last reply has its answer. */
export function isAnswered(state: LoopState): boolean {
  return state.calls.every(({ answer }) => answer !== undefined);
}

function applyReply(state: LoopState, model: string, reply: ModelReply): void {
  state.reply = reply;
  state.usage = addUsage(state.usage, reply.usage);
  state.usageByModel.set(model, addUsage(state.usageByModel.get(model) ?? NO_USAGE, reply.usage));
  for (const block of reply.content) if (block.type === 'text') state.texts.push(block.text);
  state.calls =
    reply.stopReason === 'tool_use'
      ? reply.content
          .filter((block) => block.type === 'tool_use')
          .map((block) => ({ block, isCalled: false, answer: undefined }))
      : [];
}

function setCall(
  state: LoopState,
  index: number,
  change: Partial<Pick<OpenCall, 'isCalled' | 'answer'>>,
): void {
  const call = state.calls[index];
  if (call === undefined) throw new Error(`turn ${state.turn} has no call ${index}`);
  Object.assign(call, change);
}

/** The last reply and its answers become part of what the next call sends. */
function closeTurn(state: LoopState): void {
  if (state.reply === undefined) return;
  if (state.reply.content.length > 0)
    state.messages.push({ role: 'assistant', content: state.reply.content });
  if (state.calls.length > 0)
    state.messages.push({
      role: 'user',
      content: state.calls.map(({ block, answer }) => ({
        type: 'tool_result',
        toolUseId: block.id,
        text: answer?.text ?? '',
        isError: answer?.isError ?? true,
      })),
    });
  state.reply = undefined;
  state.calls = [];
}

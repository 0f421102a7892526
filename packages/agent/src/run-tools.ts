import type { LoopCall } from './loop-call.ts';
import type { AgentLoopDeps } from './loop-deps.ts';
import { applyStep, type LoopState, type OpenCall } from './loop-state.ts';
import type { LoopStep } from './loop-step.ts';
import { failedAnswer, type Tool, type ToolAnswer, type UnknownOutcome } from './tool.ts';

/**
 * Runs every unanswered call of the last reply at once; calls already answered stay as they are.
 * Returns when all have ended, in whatever order, with the questions that only a person can answer.
 */
export async function runTools(
  deps: AgentLoopDeps,
  state: LoopState,
  call: LoopCall,
): Promise<readonly string[]> {
  const calls = [...state.calls.entries()].filter(([, { answer }]) => answer === undefined);
  const running = calls.map(([index, open]) => runCall({ deps, state, call }, index, open));
  // All have ended before the first failure is thrown: nothing of this run goes on behind its back.
  const results = await Promise.allSettled(running);
  return results
    .map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    })
    .filter((question) => question !== undefined);
}

interface Turn {
  readonly deps: AgentLoopDeps;
  readonly state: LoopState;
  readonly call: LoopCall;
}

/** Gives the question of a call whose outcome is unknown; it stays without an answer. */
async function runCall(turn: Turn, index: number, open: OpenCall): Promise<string | undefined> {
  const { call, state } = turn;
  const { id, name } = open.block;
  const recorded = open.isCalled ? Promise.resolve() : noteCall(turn, index, open);
  const answer = await answerCall(turn, { index, open, recorded });
  await recorded;
  if ('isUnknown' in answer) return answer.question;
  const step: LoopStep = { type: 'tool_answered', turn: state.turn, index, ...answer };
  applyStep(state, step);
  void call.recorder.note(step, [{ type: 'tool_answered', id, name, answer }]);
  return undefined;
}

function noteCall({ call, state }: Turn, index: number, { block }: OpenCall): Promise<void> {
  const { id, name, input } = block;
  const step: LoopStep = { type: 'tool_called', turn: state.turn, index, name };
  applyStep(state, step);
  const recorded = call.recorder.note(step, [{ type: 'tool_called', id, name, input }]);
  return recorded;
}

interface RecordedCall {
  readonly index: number;
  readonly open: OpenCall;
  readonly recorded: Promise<void>;
}

async function answerCall(
  { deps, state, call }: Turn,
  { index, open: { block }, recorded }: RecordedCall,
): Promise<ToolAnswer | UnknownOutcome> {
  if (block.isMalformed === true) return failedAnswer('the arguments are not valid JSON');
  const tool = findTool(deps.tools, block.name);
  if (tool === undefined) return failedAnswer(`there is no tool ${JSON.stringify(block.name)}`);
  return await tool.run(block.input, {
    place: { turn: state.turn, index },
    signal: call.signal,
    recorded,
  });
}

function findTool(tools: readonly Tool[], name: string): Tool | undefined {
  return tools.find(({ definition }) => definition.name === name);
}

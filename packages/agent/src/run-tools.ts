import type { AgentLoopDeps, LoopCall } from './loop-deps.ts';
import { applyStep, type LoopState, type OpenCall } from './loop-state.ts';
import type { LoopStep } from './loop-step.ts';
import { failedAnswer, type Tool, type ToolAnswer } from './tool.ts';

/**
 * Runs every unanswered call of the last reply at once; calls already answered stay as they are.
 * Returns when all are answered, whatever the order in which they end.
 */
export async function runTools(
  deps: AgentLoopDeps,
  state: LoopState,
  call: LoopCall,
): Promise<void> {
  const calls = [...state.calls.entries()].filter(([, { answer }]) => answer === undefined);
  if (calls.every(([, { isCalled }]) => !isCalled))
    deps.emit({ type: 'tools_started', count: calls.length });
  const running = calls.map(([index, open]) => runCall({ deps, state, call }, index, open));
  // All have ended before the first failure is thrown: nothing of this run goes on behind its back.
  const results = await Promise.allSettled(running);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

interface Turn {
  readonly deps: AgentLoopDeps;
  readonly state: LoopState;
  readonly call: LoopCall;
}

async function runCall(turn: Turn, index: number, open: OpenCall): Promise<void> {
  const { deps, state } = turn;
  const { id, name, input } = open.block;
  if (!open.isCalled) {
    const step: LoopStep = { type: 'tool_called', turn: state.turn, index, name };
    await deps.record(step, [{ type: 'tool_called', id, name, input }]);
    applyStep(state, step);
  }
  const answer = await answerCall(turn, index, open);
  const step: LoopStep = { type: 'tool_answered', turn: state.turn, index, ...answer };
  await deps.record(step, [{ type: 'tool_answered', id, name, answer }]);
  applyStep(state, step);
}

async function answerCall(
  { deps, state, call }: Turn,
  index: number,
  { block }: OpenCall,
): Promise<ToolAnswer> {
  if (block.isMalformed === true) return failedAnswer('the arguments are not valid JSON');
  const tool = findTool(deps.tools, block.name);
  if (tool === undefined) return failedAnswer(`there is no tool ${JSON.stringify(block.name)}`);
  return await tool.run(block.input, {
    place: { turn: state.turn, index },
    signal: call.signal,
  });
}

function findTool(tools: readonly Tool[], name: string): Tool | undefined {
  return tools.find(({ definition }) => definition.name === name);
}

import { askModel } from './ask-model.ts';
import type { LoopCall } from './loop-call.ts';
import type { AgentLoopDeps, LoopBase } from './loop-deps.ts';
import { applyStep, foldSteps, isAnswered, type LoopState } from './loop-state.ts';
import type { LoopStep } from './loop-step.ts';
import type { StopReason } from './model.ts';
import { runTools } from './run-tools.ts';
import { createStepRecorder } from './step-recorder.ts';

export interface AgentLoopInput {
  readonly base: LoopBase;
  /** What this run has done already; empty for a new one. */
  readonly steps: readonly LoopStep[];
  /** Model calls that the run may make. */
  readonly maxTurns: number;
}

/** Why an answer ended otherwise than the model meant it to. */
export type NoticeCode =
  | 'ITERATION_LIMIT'
  | 'TOKEN_LIMIT'
  | 'REFUSED'
  | 'CONTEXT_LIMIT'
  /** What a tool has done is not known; the run goes on once a person has said it. */
  | 'UNCERTAIN';

export interface Notice {
  readonly code: NoticeCode;
  /** A sentence for the person. */
  readonly message: string;
}

export interface AgentLoopResult {
  readonly state: LoopState;
  readonly notice: Notice | undefined;
}

/**
 * Asks the model and runs the tools that it calls until it has answered: the one loop behind every way to chat.
 * Continues where `steps` end: no stored reply is asked for again, no answered call is run again.
 * The last step may still be on its way to the disk when it returns; a failure of it makes every later one fail.
 * Throws AppError when the model fails, what a step failed for, and the signal's reason when the run must not go on.
 */
export async function runAgentLoop(
  deps: AgentLoopDeps,
  input: AgentLoopInput,
  { signal }: { readonly signal: AbortSignal },
): Promise<AgentLoopResult> {
  const recorder = createStepRecorder(deps);
  const call: LoopCall = { signal: AbortSignal.any([signal, recorder.failed]), recorder };
  try {
    return await takeTurns(deps, input, call);
  } catch (err) {
    // What is said already is stored before somebody else goes on.
    await recorder.settle();
    throw err;
  }
}

async function takeTurns(
  deps: AgentLoopDeps,
  { base, steps, maxTurns }: AgentLoopInput,
  call: LoopCall,
): Promise<AgentLoopResult> {
  const state = foldSteps(steps);
  for (;;) {
    call.signal.throwIfAborted();
    await getReply(deps, { base, state }, call);
    if (!goesOn(state)) return { state, notice: noticeOf(state) };
    // The answers to the last turn's calls would reach nobody: they are not run.
    if (state.turn >= maxTurns) return { state, notice: toIterationNotice(maxTurns) };
    const questions = isAnswered(state) ? [] : await runTools(deps, state, call);
    if (questions.length > 0) return { state, notice: toQuestion(questions) };
    startTurn(state, state.model ?? base.model, call);
  }
}

/** Asks for the reply of the present turn, unless it is there. */
async function getReply(
  deps: AgentLoopDeps,
  { base, state }: { readonly base: LoopBase; readonly state: LoopState },
  call: LoopCall,
): Promise<void> {
  if (state.turn === 0) startTurn(state, base.model, call);
  if (state.reply !== undefined) return;
  await addMessages(deps, state);
  await askModel(deps, { base, state }, call);
}

function startTurn(state: LoopState, model: string, { recorder }: LoopCall): void {
  const step: LoopStep = { type: 'turn_started', turn: state.turn + 1, model };
  // Clients join the texts of several replies; the line break keeps them apart (BT-60).
  void recorder.note(step, state.turn === 0 ? [] : [{ type: 'text', text: '\n' }]);
  applyStep(state, step);
}

/** What people have said since the run began reaches the model with its next request. */
async function addMessages({ takeMessages }: AgentLoopDeps, state: LoopState): Promise<void> {
  // The first request has the message of the run; whatever comes with it waits for the second.
  if (takeMessages === undefined || state.turn === 1) return;
  for (const step of await takeMessages(state.turn)) applyStep(state, step);
}

function toQuestion(questions: readonly string[]): Notice {
  return { code: 'UNCERTAIN', message: questions.join('\n') };
}

/** The model waits for tool answers, or has paused in the middle of a long turn. */
function goesOn({ reply, calls }: LoopState): boolean {
  return calls.length > 0 || reply?.stopReason === 'pause_turn';
}

function toIterationNotice(maxTurns: number): Notice {
  return {
    code: 'ITERATION_LIMIT',
    message: `I stopped here: this took all of the ${maxTurns} turns that one message may take.`,
  };
}

function noticeOf({ reply }: LoopState): Notice | undefined {
  return reply === undefined ? undefined : NOTICES[reply.stopReason];
}

const NOTICES: Readonly<Partial<Record<StopReason, Notice>>> = {
  max_tokens: {
    code: 'TOKEN_LIMIT',
    message: 'The answer was cut here: it reached the limit of tokens for one reply.',
  },
  refusal: { code: 'REFUSED', message: 'The model declined to answer this.' },
  model_context_window_exceeded: {
    code: 'CONTEXT_LIMIT',
    message:
      'The answer was cut here: the conversation no longer fits into the model. A new conversation helps.',
  },
};

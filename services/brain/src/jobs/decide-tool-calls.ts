import type {
  ToolCallsAnswer,
  ToolCallsAsk,
  ToolCallsDone,
  ToolCallsNoted,
} from '@bakerst/contracts';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { ToolCallStore } from './ports.ts';

export interface ToolCallDeps extends MoveJobDeps {
  readonly calls: ToolCallStore;
}

/** Tells a worker which of the tool calls that its code wants to make may be made; the intents are stored before. */
export async function decideToolCalls(
  deps: ToolCallDeps,
  ask: ToolCallsAsk,
): Promise<ToolCallsAnswer> {
  const { answer, move } = await deps.calls.ask(ask);
  if (move !== undefined) followMove(deps, move);
  const { jobId, attempt, workerId, requestId } = ask;
  const fields = { jobId, attempt, workerId, requestId };
  if (answer.answer === 'stop') deps.log.info({ ...fields, ...answer }, 'execution stopped');
  else
    for (const verdict of answer.verdicts)
      if (verdict.answer === 'refused')
        deps.log.info({ ...fields, code: verdict.error.code }, 'tool call refused');
  return answer;
}

/** Stores what tool calls came to. */
export async function noteToolCalls(
  { calls, log }: Pick<ToolCallDeps, 'calls' | 'log'>,
  done: ToolCallsDone,
): Promise<ToolCallsNoted> {
  const noted = await calls.note(done);
  const { jobId, attempt, workerId, requestId } = done;
  if (!noted) log.info({ jobId, attempt, workerId, requestId }, 'answers of tools came too late');
  return { noted };
}

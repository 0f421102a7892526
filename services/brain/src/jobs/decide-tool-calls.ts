import type {
  ToolCallsAnswer,
  ToolCallsAsk,
  ToolCallsDone,
  ToolCallsNoted,
} from '@bakerst/contracts';
import type { Metrics } from '../metrics/ports.ts';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { DecidedCalls, ToolCallStore } from './ports.ts';

export interface ToolCallDeps extends MoveJobDeps {
  readonly metrics: Pick<Metrics, 'jobEnded' | 'toolRefused'>;
  readonly calls: ToolCallStore;
}

/** Tells a worker which of the tool calls that its code wants to make may be made; the intents are stored before. */
export async function decideToolCalls(
  deps: ToolCallDeps,
  ask: ToolCallsAsk,
): Promise<ToolCallsAnswer> {
  const decided = await deps.calls.ask(ask);
  const { answer, move } = decided;
  if (move !== undefined) followMove(deps, move);
  const { jobId, attempt, workerId, requestId } = ask;
  const fields = { jobId, attempt, workerId, requestId };
  if (answer.answer === 'stop') deps.log.info({ ...fields, ...answer }, 'execution stopped');
  else noteRefusals(deps, ask, decided);
  return answer;
}

/** Whatever was tried and not allowed can be looked up. */
function noteRefusals(
  { log, metrics }: ToolCallDeps,
  { jobId, requestId, calls }: ToolCallsAsk,
  { answer, job }: DecidedCalls,
): void {
  if (answer.answer !== 'decided') return;
  for (const [at, verdict] of answer.verdicts.entries()) {
    if (verdict.answer !== 'refused') continue;
    const { code } = verdict.error;
    metrics.toolRefused(code);
    const tool = `${calls[at]?.server}.${calls[at]?.tool}`;
    const whose = { orgId: job?.tenant.org, userId: job?.tenant.user, runId: job?.call?.runId };
    log.info({ jobId, requestId, ...whose, tool, code }, 'tool call refused');
  }
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

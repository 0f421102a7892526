import {
  isDeeperThan,
  type JobDispatch,
  McpArguments,
  McpLimits,
  type ToolCallResult,
  type ToolCallVerdict,
} from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { McpCaller } from '../mcp/ports.ts';
import { failure, toCallResult } from './to-call-result.ts';

export interface MakeCallDeps {
  readonly caller: Pick<McpCaller, 'call'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A call of code that a brain has allowed. */
export interface AllowedCall {
  readonly dispatch: JobDispatch;
  readonly go: Extract<ToolCallVerdict, { answer: 'go' }>;
  /** Arguments as JSON text. */
  readonly json: string;
}

export interface CallOutcome {
  readonly result: ToolCallResult;
  /** It has left, and nothing came back. */
  readonly isUnknown: boolean;
  readonly downstream?: number | undefined;
}

/** As deep as a result may be. */
const ARGUMENTS_MAX_DEPTH = 200;

/** A call that did not leave is tried again after these. */
const RETRY_WAITS_MS = [250, 1_000];

/** Makes a tool call. Never rejects: whatever happens is an answer for the code. */
export async function makeCall(
  deps: MakeCallDeps,
  allowed: AllowedCall,
  signal: AbortSignal,
): Promise<CallOutcome> {
  try {
    return await reach(deps, allowed, signal);
  } catch (err) {
    const { jobId, requestId } = allowed.dispatch;
    deps.log.error({ err, jobId, requestId }, 'tool call failed');
    return { result: failure('INTERNAL_ERROR', 'the call could not be made'), isUnknown: true };
  }
}

async function reach(
  { caller, clock }: MakeCallDeps,
  { dispatch, go, json }: AllowedCall,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const args = parseArguments(json);
  if (typeof args === 'string')
    return { result: failure('INVALID_ARGUMENTS', args), isUnknown: false };
  const { org, user, jobId, requestId } = dispatch;
  const { server, tool, revision } = go;
  const call = { org, user, server, tool, revision, jobId, requestId, arguments: args };
  for (let tries = 0; ; tries++) {
    const answer = await caller.call({ ...call, timeoutMs: McpLimits.callMs }, signal);
    const waitMs = RETRY_WAITS_MS[tries];
    if (answer.status !== 'unreached' || waitMs === undefined || signal.aborted)
      return {
        result: toCallResult(answer),
        isUnknown: answer.status === 'unknown',
        downstream: answer.status === 'ok' ? answer.downstream : undefined,
      };
    await clock.sleep(waitMs, signal).catch(() => undefined);
  }
}

/** Gives what is wrong with them, where something is. */
function parseArguments(json: string): McpArguments | string {
  const value: unknown = JSON.parse(json);
  if (isDeeperThan(ARGUMENTS_MAX_DEPTH, value))
    return `the arguments are nested deeper than ${ARGUMENTS_MAX_DEPTH} levels`;
  const parsed = McpArguments.safeParse(value);
  if (parsed.success) return parsed.data;
  return parsed.error.issues[0]?.message ?? 'the arguments are not usable';
}

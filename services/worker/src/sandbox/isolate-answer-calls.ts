import { SandboxLimits } from '@bakerst/contracts';
import type { FromChild } from './isolate-messages.ts';
import type { IsolateProcess } from './isolate-process.ts';
import { failed, type Outcome } from './outcome.ts';
import { ExecutionEnded, type ToolSession } from './sandbox.ts';

type Rested = Extract<FromChild, { type: 'rested' }>;

export interface CallingCode {
  readonly child: Pick<IsolateProcess, 'send'>;
  readonly tools: ToolSession | undefined;
  /** Calls that have been handed to the session. */
  made: number;
}

const { callsPerExecution } = SandboxLimits;

/**
 * Makes the calls of code that has come to rest, and hands it the next answer. Gives how the execution ends where it
 * goes no further: a batch of calls that would cross the limit is not begun at all. Never throws.
 */
export async function answerCalls(
  code: CallingCode,
  { calls, count }: Rested,
): Promise<Outcome | undefined> {
  const { child, tools } = code;
  if (count > callsPerExecution)
    return failed(
      'MCP_CALL_LIMIT_EXCEEDED',
      `an execution may make ${callsPerExecution} tool calls; ${code.made} were made, and none of the batch that would cross the limit. Do the rest in another execution, or ask the tools for more at a time`,
    );
  if (tools === undefined && calls.length > 0) return failed('ERROR', 'there are no tools here');
  const batch = calls.map(([server, tool, json], at) => ({
    index: code.made + at,
    server,
    tool,
    json,
  }));
  code.made += batch.length;
  try {
    if (batch.length > 0) await tools?.make(batch);
    const answer = await tools?.next();
    if (answer === undefined)
      return failed('TIMEOUT', 'the code waits for a promise that nothing will ever settle');
    child.send({ type: 'answer', ...answer });
    return undefined;
  } catch (err) {
    if (err instanceof ExecutionEnded) return failed(err.code, err.message);
    return failed('CANCELLED', 'the tools are out of reach');
  }
}

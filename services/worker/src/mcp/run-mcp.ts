import type { JobOutcome, McpAnswer } from '@bakerst/contracts';
import type { Executor } from '../executor.ts';
import type { McpCaller } from './ports.ts';

/**
 * Executes mcp jobs: one call of one tool. What the tool says is the result, also when it says that it failed. A call
 * that certainly did not reach the server is tried again.
 */
export function createMcpExecutor(caller: Pick<McpCaller, 'call'>): Executor<'mcp'> {
  return async ({ dispatch, spec, signal }) => {
    const { org, user, jobId, requestId } = dispatch;
    const { server, tool, arguments: args, revision, timeoutMs } = spec;
    const call = {
      org,
      user,
      server,
      tool,
      arguments: args,
      revision,
      jobId,
      requestId,
      timeoutMs,
    };
    return toOutcome(await caller.call(call, signal));
  };
}

function toOutcome(answer: McpAnswer): JobOutcome {
  switch (answer.status) {
    case 'ok':
      return fromReply(answer);
    case 'unreached':
      return { status: 'retry', error: answer.error };
    case 'failed':
    case 'unknown':
      return answer;
    default:
      return answer satisfies never;
  }
}

function fromReply(reply: Extract<McpAnswer, { status: 'ok' }>): JobOutcome {
  const { text, structured, media, isError, downstream } = reply;
  const result = {
    text,
    ...(structured !== undefined && { structured }),
    media: media.map(({ mimeType, name, data }) => ({
      mimeType,
      ...(name !== undefined && { name }),
      data,
    })),
    is_error: isError,
    ...(downstream !== undefined && { downstream }),
  };
  if (!isError) return { status: 'completed', result };
  return {
    status: 'failed',
    error: { code: 'TOOL_ERROR', message: 'the tool says that it failed' },
    result,
  };
}

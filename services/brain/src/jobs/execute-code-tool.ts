import {
  EXECUTE_CODE,
  ExecuteCodeInput,
  failedAnswer,
  refuseInput,
  type Tool,
  type ToolAnswer,
  type ToolCall,
  toCodeAnswer,
} from '@bakerst/agent';
import { JobId, SandboxEnvelope, SandboxLimits } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { mayCallMcp } from '../prompts/permitted-tools.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import { type AwaitJobDeps, awaitJob } from './await-job.ts';
import { type DispatchJobDeps, dispatchJob } from './dispatch-job.ts';
import type { Job } from './job.ts';

export interface JobToolDeps extends DispatchJobDeps, AwaitJobDeps {
  readonly store: DispatchJobDeps['store'];
  readonly newId: NewId;
}

/** What the model is told of the tool: code of a run may call MCP tools. */
export const EXECUTE_CODE_WITH_TOOLS: Tool['definition'] = {
  ...EXECUTE_CODE,
  description: [
    EXECUTE_CODE.description,
    'Code calls MCP tools as `await tools.<server>.<tool>(args)`; a call that fails throws, with `code` and `message`.',
    'Make calls that do not need each other at once, with Promise.all, and filter what they give before you return it.',
    `At most ${SandboxLimits.callsPerExecution} calls in one execution.`,
  ].join(' '),
};

/** The tool by which the model runs code on a worker; one per run, because its jobs are fenced by the run's lock. */
export function createExecuteCodeTool(deps: JobToolDeps, active: ActiveRun): Tool {
  return {
    definition: EXECUTE_CODE_WITH_TOOLS,
    async run(input, call) {
      const parsed = ExecuteCodeInput.safeParse(input);
      if (!parsed.success) return refuseInput(input, parsed.error);
      // Stored in the same transaction as the call itself; a call that may not be made has no job either.
      const dispatched = dispatchCall(deps, active, { code: parsed.data.code, call });
      return await awaitJob(deps, active, { dispatched, call, what: 'running code', toAnswer });
    },
  };
}

function dispatchCall(
  deps: JobToolDeps,
  { run, fence, begun }: ActiveRun,
  { code, call }: { readonly code: string; readonly call: ToolCall },
): Promise<Job> {
  return dispatchJob(deps, run.tenant, {
    id: JobId.parse(deps.newId()),
    spec: {
      type: 'code',
      code,
      timeoutMs: SandboxLimits.wallMs,
      // A persona that may call no MCP tool does not get at them through code either.
      ...(!mayCallMcp(begun.prepared.base.tools) && { tools: 'none' }),
    },
    replay: 'safe',
    requestId: run.requestId,
    call: { runId: run.id, ...call.place },
    fence,
  });
}

function toAnswer(job: Job): ToolAnswer {
  const envelope = SandboxEnvelope.safeParse(job.result);
  return envelope.success
    ? toCodeAnswer(envelope.data)
    : failedAnswer(job.error?.message ?? `the job ended as ${job.status}`);
}

import { failedAnswer, type Tool, type ToolAnswer, type ToolCall } from '@bakerst/agent';
import { JobId, SandboxEnvelope, SandboxLimits, Source } from '@bakerst/contracts';
import { limitOutput, type NewId } from '@bakerst/kit';
import { z } from 'zod';
import type { ActiveRun } from '../runs/active-run.ts';
import { type AwaitJobDeps, awaitJob } from './await-job.ts';
import { type DispatchJobDeps, dispatchJob } from './dispatch-job.ts';
import type { Job } from './job.ts';

/** Longest answer of a tool that the model gets. */
export const ANSWER_CHARS = 32_768;
const QUOTED_CHARS = 100;

export interface JobToolDeps extends DispatchJobDeps, AwaitJobDeps {
  readonly store: DispatchJobDeps['store'];
  readonly newId: NewId;
}

const Input = z.object({ code: Source });

/** What the model is told of the tool. */
export const EXECUTE_CODE: Tool['definition'] = {
  name: 'execute_code',
  description: [
    'Runs JavaScript (or TypeScript) in a sandbox and returns its value and console output.',
    'Use it for every calculation and for work on data: do not compute in your head.',
    'The value is what the code returns, or its last expression. `await` works at the top level.',
    'There is no network, no file system, no import, no timer, and nothing stays between two executions.',
    `Limits: ${SandboxLimits.wallMs / 1_000} seconds, ${SandboxLimits.memoryMb} MB.`,
  ].join(' '),
  inputSchema: {
    type: 'object',
    properties: { code: { type: 'string', description: 'The source, at most 64 KiB.' } },
    required: ['code'],
    additionalProperties: false,
  },
};

/** The tool by which the model runs code on a worker; one per run, because its jobs are fenced by the run's lock. */
export function createExecuteCodeTool(deps: JobToolDeps, active: ActiveRun): Tool {
  return {
    definition: EXECUTE_CODE,
    async run(input, call) {
      const parsed = Input.safeParse(input);
      if (!parsed.success) return refuseInput(input, parsed.error);
      // Stored in the same transaction as the call itself; a call that may not be made has no job either.
      const dispatched = dispatchCall(deps, active, { code: parsed.data.code, call });
      return await awaitJob(deps, active, { dispatched, call, what: 'running code', toAnswer });
    },
  };
}

/** Tells the model what is wrong with its arguments. */
export function refuseInput(input: unknown, error: z.ZodError): ToolAnswer {
  const quoted = limitOutput(JSON.stringify(input) ?? '', { maxChars: QUOTED_CHARS });
  return failedAnswer(`${error.issues[0]?.message ?? 'bad input'}; got ${quoted}`);
}

function dispatchCall(
  deps: JobToolDeps,
  { run, fence }: ActiveRun,
  { code, call }: { readonly code: string; readonly call: ToolCall },
): Promise<Job> {
  return dispatchJob(deps, run.tenant, {
    id: JobId.parse(deps.newId()),
    spec: { type: 'code', code, timeoutMs: SandboxLimits.wallMs },
    replay: 'safe',
    requestId: run.requestId,
    call: { runId: run.id, ...call.place },
    fence,
  });
}

/** Nothing that differs between two executions of the same code (times, ids) reaches the model. */
function toAnswer(job: Job): ToolAnswer {
  const envelope = SandboxEnvelope.safeParse(job.result);
  if (!envelope.success)
    return failedAnswer(job.error?.message ?? `the job ended as ${job.status}`);
  const { ok, logs, truncated } = envelope.data;
  const text = JSON.stringify({
    ok,
    ...(envelope.data.ok
      ? { value: envelope.data.value }
      : { code: envelope.data.code, message: envelope.data.message }),
    ...(logs.length > 0 && { logs: logs.map(({ level, message }) => `${level}: ${message}`) }),
    ...(truncated && { truncated }),
  });
  return { text: limitOutput(text, { maxChars: ANSWER_CHARS }), isError: !ok };
}

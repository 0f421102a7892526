import {
  failedAnswer,
  refuseInput,
  TOOL_ANSWER_CHARS,
  type Tool,
  type ToolAnswer,
} from '@bakerst/agent';
import { AGENT_JOB_MAX_CHARS, HttpMethod, JobBody, JobId, type JobSpec } from '@bakerst/contracts';
import { AppError, limitOutput } from '@bakerst/kit';
import type { ActiveRun } from '../runs/active-run.ts';
import { awaitJob } from './await-job.ts';
import { dispatchJob } from './dispatch-job.ts';
import type { JobToolDeps } from './execute-code-tool.ts';
import type { Job } from './job.ts';
import { type JobRules, readJobBody } from './job-body.ts';
import type { NewJob } from './ports.ts';

export interface DispatchJobToolDeps extends JobToolDeps {
  readonly rules: JobRules;
}

/** What the model is told of the tool; `commands`: the programs that may be run here. */
export function describeDispatchJob(commands: readonly string[]): Tool['definition'] {
  return {
    name: 'dispatch_job',
    description: [
      'Gives a job to a worker and returns its result.',
      `"command" runs one of these programs, without a shell: ${commands.join(', ') || '(none here)'}.`,
      '"http" makes a request to a public address.',
      '"agent" hands a self-contained piece of thinking or writing to another agent, which sees nothing of this conversation and has no tools.',
      'Anything that changes something elsewhere is done once and never repeated by itself.',
    ].join(' '),
    inputSchema: {
      type: 'object',
      properties: {
        type: { type: 'string', enum: ['command', 'http', 'agent'] },
        command: { type: 'string', description: 'For "command": the line to run, as in "df -h".' },
        url: { type: 'string', description: 'For "http".' },
        method: { type: 'string', enum: HttpMethod.options, description: 'For "http"; GET.' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        body: { description: 'For "http": text as it stands, anything else is sent as JSON.' },
        job: {
          type: 'string',
          description: `For "agent": everything it needs to know, at most ${AGENT_JOB_MAX_CHARS} characters.`,
        },
      },
      required: ['type'],
      additionalProperties: false,
    },
  };
}

/** The tool by which the model has commands run, requests made and work thought through by workers. */
export function createDispatchJobTool(deps: DispatchJobToolDeps, active: ActiveRun): Tool {
  return {
    definition: describeDispatchJob(deps.rules.commands.names),
    async run(input, call) {
      const parsed = JobBody.safeParse(input);
      if (!parsed.success) return refuseInput(input, parsed.error);
      if (parsed.data.type === 'code') return failedAnswer('code is run by execute_code');
      if (parsed.data.type === 'mcp') return failedAnswer('tools are called by call_tool');
      // Whether a job may be repeated is not for the model to say.
      const job = tryRead(deps.rules, { ...parsed.data, replay: undefined }, active);
      if (job instanceof AppError) return failedAnswer(job.message);
      const { run, fence } = active;
      const dispatched = dispatchJob(deps, run.tenant, {
        ...job,
        id: JobId.parse(deps.newId()),
        requestId: run.requestId,
        call: { runId: run.id, ...call.place },
        fence,
      });
      return await awaitJob(deps, active, {
        dispatched,
        call,
        what: describe(job.spec),
        toAnswer,
      });
    },
  };
}

/** A refusal is something that the model should read. */
function tryRead(
  rules: JobRules,
  body: JobBody,
  { run }: ActiveRun,
): Pick<NewJob, 'spec' | 'replay'> | AppError {
  try {
    const { spec, replay } = readJobBody(rules, body, run.tenant.org);
    return { spec, replay };
  } catch (err) {
    if (err instanceof AppError) return err;
    throw err;
  }
}

function describe(spec: JobSpec): string {
  switch (spec.type) {
    case 'code':
      return 'running code';
    case 'command':
      return `running \`${spec.command}\``;
    case 'http':
      return `${spec.method} ${spec.url}`;
    case 'agent':
      return 'the work of another agent';
    case 'mcp':
      return `${spec.server}.${spec.tool}`;
    default:
      return spec satisfies never;
  }
}

function toAnswer({ status, result, error }: Job): ToolAnswer {
  const text = JSON.stringify({
    status,
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
  });
  return {
    text: limitOutput(text, { maxChars: TOOL_ANSWER_CHARS }),
    isError: status !== 'completed',
  };
}

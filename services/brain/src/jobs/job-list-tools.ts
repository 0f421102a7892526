import {
  failedAnswer,
  refuseInput,
  TOOL_ANSWER_CHARS,
  type Tool,
  type ToolAnswer,
} from '@bakerst/agent';
import { limitOutput } from '@bakerst/kit';
import { z } from 'zod';
import { scopeOf } from '../principals/principal.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import type { Job } from './job.ts';
import type { JobStore } from './ports.ts';

const LIST_LIMIT = 20;

const StatusInput = z.object({ job_id: z.string().max(128) });
const ListInput = z.object({ limit: z.int().min(1).max(100).default(LIST_LIMIT) });

/** What the model is told of the tool. */
export const GET_JOB_STATUS: Tool['definition'] = {
  name: 'get_job_status',
  description: 'Tells how far a job has come, with its result once it has ended.',
  inputSchema: {
    type: 'object',
    properties: { job_id: { type: 'string' } },
    required: ['job_id'],
    additionalProperties: false,
  },
};

/** What the model is told of the tool. */
export const LIST_JOBS: Tool['definition'] = {
  name: 'list_jobs',
  description: "Lists this person's latest jobs, newest first, without their results.",
  inputSchema: {
    type: 'object',
    properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: LIST_LIMIT } },
    additionalProperties: false,
  },
};

/** The tools by which the model looks at jobs of the person whom it talks to; they change nothing. */
export function createJobListTools(
  { store }: { readonly store: Pick<JobStore, 'find' | 'list'> },
  { run }: ActiveRun,
): readonly Tool[] {
  const scope = scopeOf(run.tenant);
  return [
    {
      definition: GET_JOB_STATUS,
      async run(input) {
        const parsed = StatusInput.safeParse(input);
        if (!parsed.success) return refuseInput(input, parsed.error);
        const job = store.find(scope, parsed.data.job_id);
        if (job === undefined) return failedAnswer('there is no such job');
        const { result, error } = job;
        return toAnswer({ ...summarize(job), result, error });
      },
    },
    {
      definition: LIST_JOBS,
      async run(input) {
        const parsed = ListInput.safeParse(input ?? {});
        if (!parsed.success) return refuseInput(input, parsed.error);
        const window = { beforeSeq: undefined, limit: parsed.data.limit };
        return toAnswer(store.list(scope, {}, window).map(({ job }) => summarize(job)));
      },
    },
  ];
}

function summarize({ id, spec, status, attempt, createdAt }: Job) {
  return {
    id,
    type: spec.type,
    status,
    attempt,
    created_at: new Date(createdAt).toISOString(),
  };
}

function toAnswer(value: unknown): ToolAnswer {
  return {
    text: limitOutput(JSON.stringify(value), { maxChars: TOOL_ANSWER_CHARS }),
    isError: false,
  };
}

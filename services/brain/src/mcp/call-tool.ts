import {
  failedAnswer,
  refuseInput,
  TOOL_ANSWER_CHARS,
  type Tool,
  type ToolAnswer,
} from '@bakerst/agent';
import {
  JobId,
  type JobSpec,
  McpLimits,
  type McpProblem,
  type ReplayClass,
} from '@bakerst/contracts';
import { limitOutput } from '@bakerst/kit';
import { awaitJob } from '../jobs/await-job.ts';
import { dispatchJob } from '../jobs/dispatch-job.ts';
import type { JobToolDeps } from '../jobs/execute-code-tool.ts';
import type { Job, JobCall } from '../jobs/job.ts';
import type { JobStore } from '../jobs/ports.ts';
import type { Metrics } from '../metrics/ports.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import type { CallBudget, ToolChecker } from './ports.ts';
import { CALL_TOOL, CallToolInput } from './tool-definitions.ts';
import { ToolResult } from './tool-result.ts';

export interface CallToolDeps extends JobToolDeps {
  readonly store: JobToolDeps['store'] & Pick<JobStore, 'findOfCall'>;
  readonly checker: ToolChecker;
  readonly budget: CallBudget;
  readonly metrics: Pick<Metrics, 'toolRefused'>;
}

/** The tool by which the model makes one call of an MCP tool, as a job. */
export function createCallTool(deps: CallToolDeps, active: ActiveRun): Tool {
  return {
    definition: CALL_TOOL,
    async run(input, call) {
      const parsed = CallToolInput.safeParse(input);
      if (!parsed.success) return refuseInput(input, parsed.error);
      const place = { runId: active.run.id, ...call.place };
      const what = `${parsed.data.server}.${parsed.data.tool}`;
      try {
        const dispatched = dispatch(deps, active, { place, wanted: parsed.data });
        return await awaitJob(deps, active, { dispatched, call, what, toAnswer });
      } catch (err) {
        if (!(err instanceof ToolRefusal)) throw err;
        const { code } = err.problem;
        deps.metrics.toolRefused(code);
        const { id: runId, tenant, requestId } = active.run;
        const fields = { runId, requestId, orgId: tenant.org, userId: tenant.user, tool: what };
        deps.log.info({ ...fields, code }, 'tool call refused');
        return failedAnswer(`${err.problem.code}: ${err.problem.message}`);
      }
    },
  };
}

/** The call may not be made; the model is to read why. */
class ToolRefusal extends Error {
  override readonly name = 'ToolRefusal';
  readonly problem: McpProblem;

  constructor(problem: McpProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

interface WantedCall {
  readonly place: JobCall;
  readonly wanted: CallToolInput;
}

/** Throws ToolRefusal. What was begun before a restart is not judged anew: it may have happened. */
async function dispatch(
  deps: CallToolDeps,
  { run, fence }: ActiveRun,
  { place, wanted }: WantedCall,
): Promise<Job> {
  const known = deps.store.findOfCall(place);
  if (known !== undefined) return known;
  return await dispatchJob(deps, run.tenant, {
    ...toJob(deps, run.tenant.org, wanted),
    id: JobId.parse(deps.newId()),
    requestId: run.requestId,
    call: place,
    fence,
    admit: () => reserve(deps, run.id),
  });
}

function toJob(
  { checker }: CallToolDeps,
  org: ActiveRun['run']['tenant']['org'],
  { arguments: args, ...named }: CallToolInput,
): { readonly spec: JobSpec; readonly replay: ReplayClass } {
  const verdict = checker.checkTool(org, named);
  if (!verdict.ok) throw new ToolRefusal(verdict.error);
  const { server, tool, revision, replay } = verdict;
  const timeoutMs = McpLimits.callMs;
  return { spec: { type: 'mcp', server, tool, arguments: args, revision, timeoutMs }, replay };
}

/** Asked in the transaction that stores the job, so that calls side by side cannot spend the same unit. */
function reserve({ budget }: CallToolDeps, run: ActiveRun['run']['id']): void {
  const problem = budget.check(run, 1);
  if (problem !== undefined) throw new ToolRefusal(problem);
}

/** What the server said as it is, and the files by their names: nothing of it is ours. */
function toAnswer({ status, result, error }: Job): ToolAnswer {
  const told = ToolResult.safeParse(result ?? {}).data;
  const { media: files, dropped } = told ?? { media: [], dropped: [] };
  const parts = [
    ...(error === undefined ? [] : [`${error.code}: ${error.message}`]),
    told?.text ?? '',
    told?.text === '' && told.structured !== undefined ? JSON.stringify(told.structured) : '',
    files.length === 0 ? '' : `Files: ${JSON.stringify(files)}`,
    dropped.length === 0 ? '' : `Left out: ${dropped.join('; ')}`,
  ];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return {
    text: limitOutput(text === '' ? `the job ended as ${status}` : text, {
      maxChars: TOOL_ANSWER_CHARS,
    }),
    isError: status !== 'completed',
  };
}

import type { Tool, ToolDefinition } from '@bakerst/agent';
import type { OrgId } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import type { Jobs } from '../jobs/app.ts';
import { createDispatchJobTool, describeDispatchJob } from '../jobs/dispatch-job-tool.ts';
import { createExecuteCodeTool, EXECUTE_CODE_WITH_TOOLS } from '../jobs/execute-code-tool.ts';
import { createJobListTools, GET_JOB_STATUS, LIST_JOBS } from '../jobs/job-list-tools.ts';
import type { Mcp } from '../mcp/app.ts';
import { createCallTool } from '../mcp/call-tool.ts';
import { createCatalogueTools } from '../mcp/catalogue-tools.ts';
import { MEMORY_DEFINITIONS } from '../memory/memory-definitions.ts';
import { createMemoryTools, type MemoryDeps } from '../memory/memory-tools.ts';
import {
  createNotebookTools,
  type NotebookToolsDeps,
  READ_MEMORY,
  UPDATE_MEMORY,
} from '../notebook/notebook-tools.ts';
import { SCHEDULE_DEFINITIONS } from '../schedules/schedule-definitions.ts';
import { createScheduleTools, type ScheduleToolsDeps } from '../schedules/schedule-tools.ts';
import type { ActiveRun } from './active-run.ts';

/** The tools of the model. */
export interface ToolSet {
  /** What new runs of an org are told of them. */
  listTools(org: OrgId): readonly ToolDefinition[];
  createTools(active: ActiveRun): readonly Tool[];
}

interface ToolSetDeps extends NotebookToolsDeps {
  readonly jobs: Jobs;
  readonly mcp: Mcp;
  readonly memory: MemoryDeps;
  readonly schedules: ScheduleToolsDeps;
  readonly newId: NewId;
}

export function createToolSet(deps: ToolSetDeps): ToolSet {
  const { jobs, mcp, memory, newId } = deps;
  const own = [
    EXECUTE_CODE_WITH_TOOLS,
    describeDispatchJob(jobs.rules.commands.names),
    GET_JOB_STATUS,
    LIST_JOBS,
    ...MEMORY_DEFINITIONS,
    READ_MEMORY,
    UPDATE_MEMORY,
    ...SCHEDULE_DEFINITIONS,
  ];
  const tools = { ...jobs, ...mcp, newId };
  return {
    listTools: (org) => [...own, ...mcp.toolbox.listDefinitions(org)],
    createTools: (active) => [
      createExecuteCodeTool(tools, active),
      createDispatchJobTool(tools, active),
      ...createJobListTools(tools, active),
      createCallTool(tools, active),
      ...createMemoryTools(memory, active),
      ...createNotebookTools(deps, active),
      ...createScheduleTools(deps.schedules, active),
      ...createCatalogueTools(mcp.catalogue, active.run.tenant.org),
    ],
  };
}

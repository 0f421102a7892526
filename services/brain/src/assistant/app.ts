import { Api } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Route } from '../http/route.ts';
import { type ChatToolDeps, createChatTool } from './chat-tool.ts';
import { createJobStatusTool, createJobTool, type JobToolsDeps } from './job-tools.ts';
import { createRecallTool, type RecallToolDeps } from './recall-tool.ts';
import { createRememberTool, type RememberToolDeps } from './remember-tool.ts';
import { answerMcp } from './sdk-answer-mcp.ts';

interface AssistantDeps {
  readonly chat: ChatToolDeps;
  readonly jobs: JobToolsDeps;
  readonly memory: RecallToolDeps & RememberToolDeps;
  readonly version: string;
  /** Aborted when this process ends. */
  readonly ending: AbortSignal;
  readonly log: Logger;
}

/** The assistant as an MCP server: what other programs may ask of it. */
export function createAssistantRoutes({
  chat,
  jobs,
  memory,
  ...deps
}: AssistantDeps): readonly Route[] {
  const tools = [
    createChatTool(chat),
    createRecallTool(memory),
    createRememberTool(memory),
    createJobTool(jobs),
    createJobStatusTool(jobs),
  ];
  return [{ endpoint: Api.mcp, handle: (call) => answerMcp({ ...deps, tools }, call) }];
}

export {
  type AnthropicModel,
  type AnthropicOptions,
  createAnthropicModel,
} from './anthropic-model.ts';
export {
  EXECUTE_CODE,
  ExecuteCodeInput,
  refuseInput,
  TOOL_ANSWER_CHARS,
  toCodeAnswer,
} from './execute-code.ts';
export type { AgentLoopDeps, LoopBase } from './loop-deps.ts';
export type { LoopEvent } from './loop-event.ts';
export { foldSteps, type LoopState, type OpenCall } from './loop-state.ts';
export {
  LoopStep,
  MessageAdded,
  ModelReplied,
  ToolAnswered,
  ToolCalled,
  TurnStarted,
} from './loop-step.ts';
export {
  type AttachmentBlock,
  type Model,
  type ModelCall,
  type ModelFailure,
  ModelMessage,
  ModelReply,
  type ModelRequest,
  type ReadAttachment,
  ReplyBlock,
  StopReason,
  SystemPrompt,
  ToolDefinition,
} from './model.ts';
export { costOf, ModelCatalogue } from './model-catalogue.ts';
export {
  type AgentLoopInput,
  type AgentLoopResult,
  type Notice,
  type NoticeCode,
  runAgentLoop,
} from './run-agent-loop.ts';
export {
  failedAnswer,
  type Tool,
  type ToolAnswer,
  type ToolCall,
  type ToolPlace,
  type UnknownOutcome,
} from './tool.ts';

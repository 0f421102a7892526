export type {
  MessageBlock,
  MessagesRequest,
  OfferedTool,
  RequestMessage,
  ToolResultBlock,
  ToolUseBlock,
} from './api/messages-request.ts';
export { type OfflineModelOptions, openOfflineModel } from './offline/open-offline-model.ts';
export type { Pace, StopReason, StreamFault } from './reply/reply.ts';
export {
  openScriptedModel,
  type ScriptedModel,
  type ScriptedModelOptions,
} from './script/open-scripted-model.ts';
export {
  byTurn,
  countTurns,
  type Script,
  type ScriptBlock,
  type ScriptFunction,
  type ScriptReply,
  type ScriptText,
  textReply,
  toolReply,
} from './script/script.ts';
export type { ModelServer, ModelServerOptions } from './server/open-model-server.ts';
export type { Outcome, ReceivedRequest } from './server/received-request.ts';

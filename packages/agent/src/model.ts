import { Usage } from '@bakerst/contracts';
import { z } from 'zod';

const TextBlock = z.object({ type: z.literal('text'), text: z.string() });

const ToolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.json(),
  /** The arguments were no JSON; the call is answered with that and never executed. */
  isMalformed: z.literal(true).optional(),
});
export type ToolUseBlock = z.infer<typeof ToolUseBlock>;

/** What a model thought goes back to it unchanged; nobody else reads it. */
const ThinkingBlock = z.object({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string(),
});

const RedactedThinkingBlock = z.object({ type: z.literal('redacted_thinking'), data: z.string() });

/** One block of a reply, as it is stored and sent again. */
export const ReplyBlock = z.discriminatedUnion('type', [
  TextBlock,
  ToolUseBlock,
  ThinkingBlock,
  RedactedThinkingBlock,
]);
export type ReplyBlock = z.infer<typeof ReplyBlock>;

const ToolResultBlock = z.object({
  type: z.literal('tool_result'),
  toolUseId: z.string(),
  text: z.string(),
  isError: z.boolean(),
});

/** A file beside a text; what is in it is read when the request is made. */
const AttachmentBlock = z.object({
  type: z.literal('attachment'),
  kind: z.enum(['image', 'pdf', 'text']),
  mediaType: z.string(),
  name: z.string(),
  /** SHA-256 of the file in hex. */
  hash: z.string(),
});
export type AttachmentBlock = z.infer<typeof AttachmentBlock>;

export const UserBlock = z.discriminatedUnion('type', [
  TextBlock,
  ToolResultBlock,
  AttachmentBlock,
]);
export type UserBlock = z.infer<typeof UserBlock>;

export const ModelMessage = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.array(UserBlock) }),
  z.object({ role: z.literal('assistant'), content: z.array(ReplyBlock) }),
]);
export type ModelMessage = z.infer<typeof ModelMessage>;

/** Gives what is in an attachment; undefined when it is not there any more. */
export type ReadAttachment = (hash: string) => Promise<Buffer | undefined>;

export const ToolDefinition = z.object({
  name: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.json()),
});
export type ToolDefinition = z.infer<typeof ToolDefinition>;

/** `stable` is the same for many runs and marked for the prompt cache; `changing` is not. */
export const SystemPrompt = z.object({ stable: z.string(), changing: z.string() });
export type SystemPrompt = z.infer<typeof SystemPrompt>;

export interface ModelRequest {
  readonly model: string;
  readonly maxTokens: number;
  readonly system: SystemPrompt;
  readonly tools: readonly ToolDefinition[];
  readonly messages: readonly ModelMessage[];
}

export const StopReason = z.enum([
  'end_turn',
  'tool_use',
  'max_tokens',
  'stop_sequence',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
]);
export type StopReason = z.infer<typeof StopReason>;

/** A whole reply. Its tool calls may be executed only when `stopReason` is `tool_use`: otherwise they may be cut. */
export const ModelReply = z.object({
  content: z.array(ReplyBlock),
  stopReason: StopReason,
  usage: Usage,
});
export type ModelReply = z.infer<typeof ModelReply>;

export interface ModelCall {
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives. */
  readonly onText: (text: string) => void;
}

/** Finer names of a model's failure; `MODEL_REPLY_CUT` means that text of it may have been shown. */
export type ModelFailure =
  | 'UPSTREAM_UNAVAILABLE'
  | 'MODEL_KEY_REFUSED'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_REQUEST_REFUSED'
  | 'MODEL_REPLY_CUT';

/**
 * Something that answers. Throws AppError CLAUDE_API_ERROR or TIMEOUT_ERROR with a ModelFailure as its reason,
 * or the signal's reason when it was aborted.
 */
export interface Model {
  reply(request: ModelRequest, call: ModelCall): Promise<ModelReply>;
}

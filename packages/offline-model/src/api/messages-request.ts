import type { JsonObject } from './narrow.ts';

export type Role = 'user' | 'assistant';

/** A content block as far as this package reads it; images, documents and the like are `other`. */
export type MessageBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | ToolUseBlock
  | ToolResultBlock
  | { readonly type: 'other' };

export interface ToolUseBlock {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

export interface ToolResultBlock {
  readonly type: 'tool_result';
  readonly toolUseId: string;
  /** Its text blocks joined by line breaks. */
  readonly text: string;
  readonly isError: boolean;
}

export interface RequestMessage {
  readonly role: Role;
  readonly blocks: readonly MessageBlock[];
}

export interface OfferedTool {
  readonly name: string;
  readonly inputSchema: JsonObject;
}

/** What a model call is made of, apart from how its answer is to be delivered. */
export interface Prompt {
  readonly model: string;
  readonly messages: readonly RequestMessage[];
  readonly tools: readonly OfferedTool[];
  /** The body as sent, for fields that this package does not read. */
  readonly body: JsonObject;
}

/** A checked `POST /v1/messages`. */
export interface MessagesRequest extends Prompt {
  readonly maxTokens: number;
  readonly stream: boolean;
  /** SHA-256 of the body without `stream`: the same question has the same hash however it is answered. */
  readonly hash: string;
}

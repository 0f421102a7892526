import { z } from 'zod';
import { ChatRequest, MESSAGE_MAX_CHARS } from './chat.ts';
import { OrgId, UserId } from './ids.ts';
import { HttpMethod } from './job-spec.ts';
import { boundedText, refusal } from './text.ts';

/** BK-07; unknown fields are dropped, as that system's clients expect. `vars` become the body of a request (BK-36). */
export const WebhookBody = z.object({
  type: z.enum(['agent', 'command', 'http'], { error: 'type must be agent, command or http' }),
  job: z.unknown().optional(),
  command: z.unknown().optional(),
  url: z.unknown().optional(),
  /** In any case, as whoever fetched it took it there. */
  method: z
    .preprocess(
      (method) => (typeof method === 'string' ? method.toUpperCase() : method),
      HttpMethod,
    )
    .optional(),
  headers: z.unknown().optional(),
  vars: z.record(z.string(), z.json()).optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
});
export type WebhookBody = z.output<typeof WebhookBody>;

/** BK-05. */
export const CompatChatBody = z.object({
  message: z
    .unknown()
    .refine((message) => typeof message === 'string' && message !== '', {
      error: 'message is required and must be a string',
      params: refusal('INVALID_MESSAGE'),
    })
    .pipe(ChatRequest.shape.message)
    .meta({ type: 'string', minLength: 1, maxLength: MESSAGE_MAX_CHARS }),
  conversationId: boundedText({ name: 'conversationId', maxChars: 128 }).nullish(),
  channel: boundedText({ name: 'channel', maxChars: 128 }).nullish(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
});
export type CompatChatBody = z.output<typeof CompatChatBody>;

const Outcome = z.object({
  conversationId: z.string(),
  jobIds: z.array(z.string()),
  toolCallCount: z.int().nonnegative(),
});

/** BK-06: one `data:` line of `/chat/stream`. */
export const CompatEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_use'), tool: z.string(), input: z.json() }),
  z.object({ type: z.literal('tool_result'), tool: z.string(), summary: z.string() }),
  Outcome.extend({ type: z.literal('done') }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
export type CompatEvent = z.output<typeof CompatEvent>;

export const CompatConversation = z.object({
  id: z.string(),
  title: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

export type CompatConversation = z.output<typeof CompatConversation>;

const CompatMessage = z.object({
  id: z.string(),
  conversation_id: z.string(),
  role: z.string(),
  content: z.string(),
  created_at: z.string(),
});

export const CompatJob = z.object({
  jobId: z.string(),
  type: z.string(),
  status: z.string(),
  workerId: z.string().nullable(),
  result: z.json().nullable(),
  error: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type CompatJob = z.output<typeof CompatJob>;

/** 200 of `POST /chat`. */
export const CompatChatAnswer = Outcome.extend({ response: z.string() });
export type CompatChatAnswer = z.output<typeof CompatChatAnswer>;

/** `GET /conversations/:id/messages`. */
export const CompatMessages = z.object({
  conversation: CompatConversation,
  messages: z.array(CompatMessage),
});
export type CompatMessages = z.output<typeof CompatMessages>;

/** 202 of `POST /webhook`. */
export const WebhookAccepted = z.object({ jobId: z.string(), status: z.literal('dispatched') });
export type WebhookAccepted = z.output<typeof WebhookAccepted>;

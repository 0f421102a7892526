import { z } from 'zod';
import { ChatRequest, MESSAGE_MAX_CHARS } from '../chat.ts';
import { OrgId, UserId } from '../ids.ts';
import { HttpMethod } from '../job-spec.ts';
import { boundedText, refusal } from '../text.ts';
import { endpoint } from './endpoint.ts';
import { Named } from './query.ts';

/** BK-07; unknown fields are dropped, as that system's clients expect. `vars` become the body of a request (BK-36). */
export const WebhookBody = z.object({
  type: z.enum(['agent', 'command', 'http'], { error: 'type must be agent, command or http' }),
  job: z.unknown().optional(),
  command: z.unknown().optional(),
  url: z.unknown().optional(),
  method: HttpMethod.optional(),
  headers: z.unknown().optional(),
  vars: z.record(z.string(), z.json()).optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
});
export type WebhookBody = z.output<typeof WebhookBody>;

const CHAT_REFUSALS = [
  'CONCURRENT_REQUEST_REJECTED',
  'IDEMPOTENCY_MISMATCH',
  'CLAUDE_API_ERROR',
  'TIMEOUT_ERROR',
  'STREAM_LIMIT',
] as const;

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

const CompatConversation = z.object({
  id: z.string(),
  title: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

const CompatMessage = z.object({
  id: z.string(),
  conversation_id: z.string(),
  role: z.string(),
  content: z.string(),
  created_at: z.string(),
});

const CompatJob = z.object({
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

/** Routes of the systems that this one grew from. */
export const compatApi = {
  webhook: endpoint({
    method: 'post',
    path: '/webhook',
    tag: 'compatibility',
    summary: 'Starts a job',
    body: WebhookBody,
    isKeyed: true,
    answers: { 202: z.object({ jobId: z.string(), status: z.literal('dispatched') }) },
    errors: ['IDEMPOTENCY_MISMATCH'],
  }),
  ping: endpoint({
    method: 'get',
    path: '/ping',
    tag: 'compatibility',
    summary: 'The service is there and ready',
    isOpen: true,
    answers: {
      200: z.object({
        status: z.literal('ok'),
        service: z.literal('brain'),
        mode: z.string(),
        features: z.array(z.string()),
        name: z.string(),
        timestamp: z.iso.datetime(),
      }),
      503: z.object({ status: z.literal('not_ready'), state: z.string() }),
    },
  }),
  compatChat: endpoint({
    method: 'post',
    path: '/chat',
    tag: 'compatibility',
    summary: 'Says something and waits for the whole answer',
    body: CompatChatBody,
    isKeyed: true,
    answers: { 200: Outcome.extend({ response: z.string() }) },
    errors: CHAT_REFUSALS,
  }),
  compatStreamChat: endpoint({
    method: 'post',
    path: '/chat/stream',
    tag: 'compatibility',
    summary: 'Says something and streams the answer as it is made',
    body: CompatChatBody,
    isKeyed: true,
    answers: { 200: { media: 'text/event-stream', schema: CompatEvent } },
    errors: CHAT_REFUSALS,
  }),
  compatConversations: endpoint({
    method: 'get',
    path: '/conversations',
    tag: 'compatibility',
    summary: 'The 50 conversations that were last spoken in',
    query: Named,
    answers: { 200: z.array(CompatConversation) },
  }),
  compatMessages: endpoint({
    method: 'get',
    path: '/conversations/{id}/messages',
    tag: 'compatibility',
    summary: 'A conversation with its messages, oldest first',
    query: Named,
    answers: {
      200: z.object({ conversation: CompatConversation, messages: z.array(CompatMessage) }),
    },
    errors: ['NOT_FOUND'],
  }),
  compatJobs: endpoint({
    method: 'get',
    path: '/jobs',
    tag: 'compatibility',
    summary: 'The 100 newest jobs',
    query: Named,
    answers: { 200: z.array(CompatJob) },
  }),
  compatJobStatus: endpoint({
    method: 'get',
    path: '/jobs/{id}/status',
    tag: 'compatibility',
    summary: 'How a job stands',
    query: Named,
    answers: { 200: CompatJob },
    errors: ['NOT_FOUND'],
  }),
} as const;

import { z } from 'zod';
import {
  CompatChatAnswer,
  CompatChatBody,
  CompatConversation,
  CompatEvent,
  CompatJob,
  CompatMessages,
  WebhookAccepted,
  WebhookBody,
} from '../compat.ts';
import { endpoint } from './endpoint.ts';
import { Named } from './query.ts';

const CHAT_REFUSALS = [
  'CONCURRENT_REQUEST_REJECTED',
  'IDEMPOTENCY_MISMATCH',
  'CLAUDE_API_ERROR',
  'TIMEOUT_ERROR',
  'STREAM_LIMIT',
] as const;

/** Routes of the systems that this one grew from. */
export const compatApi = {
  webhook: endpoint({
    method: 'post',
    path: '/webhook',
    tag: 'compatibility',
    summary: 'Starts a job',
    body: WebhookBody,
    isKeyed: true,
    answers: { 202: WebhookAccepted },
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
    answers: { 200: CompatChatAnswer },
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
    answers: { 200: CompatMessages },
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

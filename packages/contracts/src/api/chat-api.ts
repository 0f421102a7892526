import { CallbackEvent } from '../callback.ts';
import { ChatRequest, ChatResponse, ChatStarted } from '../chat.ts';
import { ChatQueued } from '../run.ts';
import { StreamEvent } from '../stream-event.ts';
import { endpoint } from './endpoint.ts';

const REFUSALS = [
  'NOT_FOUND',
  'CONCURRENT_REQUEST_REJECTED',
  'QUEUE_DEPTH_EXCEEDED',
  'IDEMPOTENCY_MISMATCH',
  'NOT_IMPLEMENTED',
] as const;

/** By these a lost answer is found again. */
const RUN_HEADERS = ['X-Run-Id', 'X-Conversation-Id'];

export const chatApi = {
  chat: endpoint({
    method: 'post',
    path: '/api/v1/chat',
    tag: 'chat',
    summary: 'Says something and waits for the whole answer',
    body: ChatRequest,
    callback: CallbackEvent,
    isKeyed: true,
    headers: RUN_HEADERS,
    answers: { 200: ChatResponse, 202: ChatQueued },
    errors: [...REFUSALS, 'CLAUDE_API_ERROR', 'TIMEOUT_ERROR'],
  }),
  streamChat: endpoint({
    method: 'post',
    path: '/api/v1/chat/stream',
    tag: 'chat',
    summary: 'Says something and streams the answer as it is made',
    body: ChatRequest,
    isKeyed: true,
    isResumable: true,
    headers: RUN_HEADERS,
    answers: {
      200: { media: 'text/event-stream', schema: StreamEvent },
      202: { media: 'text/event-stream', schema: StreamEvent },
    },
    errors: [...REFUSALS, 'STREAM_LIMIT'],
  }),
  chatWithCallback: endpoint({
    method: 'post',
    path: '/api/v1/chat/callback',
    tag: 'chat',
    summary: 'Says something and has the answer called back',
    body: ChatRequest,
    callback: CallbackEvent,
    isKeyed: true,
    headers: RUN_HEADERS,
    answers: { 202: ChatStarted },
    errors: REFUSALS,
  }),
} as const;

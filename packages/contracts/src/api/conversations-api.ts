import { z } from 'zod';
import {
  ConversationExport,
  ConversationFork,
  ConversationPage,
  ConversationPatch,
  ConversationView,
  FoundPage,
  MessagePage,
  NewConversation,
  SEARCH_MAX_CHARS,
} from '../conversation.ts';
import { boundedText, refusal } from '../text.ts';
import { endpoint } from './endpoint.ts';
import { Flag, ListQuery, Named } from './query.ts';

const CONVERSATION = '/api/v1/conversations/{id}';

const Search = boundedText({ name: 'q', maxChars: SEARCH_MAX_CHARS })
  .refine((text) => /[\p{L}\p{N}]/u.test(text), {
    error: 'q holds no word',
    params: refusal('INVALID_QUERY'),
  })
  .meta({ minLength: 1, maxLength: SEARCH_MAX_CHARS });

export const conversationsApi = {
  createConversation: endpoint({
    method: 'post',
    path: '/api/v1/conversations',
    tag: 'conversations',
    summary: 'Opens a conversation',
    body: NewConversation,
    isBodyOptional: true,
    isKeyed: true,
    answers: { 201: ConversationView },
    errors: ['IDEMPOTENCY_MISMATCH'],
  }),
  listConversations: endpoint({
    method: 'get',
    path: '/api/v1/conversations',
    tag: 'conversations',
    summary: 'Conversations, the one that was last spoken in first',
    query: ListQuery.extend({
      archived: Flag.optional(),
      pinned: Flag.optional(),
      deleted: Flag.optional(),
    }),
    answers: { 200: ConversationPage },
  }),
  searchMessages: endpoint({
    method: 'get',
    path: '/api/v1/conversations/search',
    tag: 'conversations',
    summary: 'Messages that hold all of these words (the last one may be cut short), newest first',
    query: ListQuery.extend({ q: Search }),
    answers: { 200: FoundPage },
  }),
  getConversation: endpoint({
    method: 'get',
    path: CONVERSATION,
    tag: 'conversations',
    summary: 'A conversation without its messages',
    query: Named,
    isTagged: true,
    answers: { 200: ConversationView },
    errors: ['NOT_FOUND'],
  }),
  changeConversation: endpoint({
    method: 'patch',
    path: CONVERSATION,
    tag: 'conversations',
    summary: 'Renames, pins or archives a conversation',
    query: Named,
    body: ConversationPatch,
    isTagged: true,
    answers: { 200: ConversationView },
    errors: ['NOT_FOUND'],
  }),
  deleteConversation: endpoint({
    method: 'delete',
    path: CONVERSATION,
    tag: 'conversations',
    summary: 'Deletes a conversation; it can be restored for 30 days',
    query: Named,
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  restoreConversation: endpoint({
    method: 'post',
    path: `${CONVERSATION}/restore`,
    tag: 'conversations',
    summary: 'Takes the deletion of a conversation back',
    query: Named,
    body: Named,
    isBodyOptional: true,
    answers: { 200: ConversationView },
    errors: ['NOT_FOUND'],
  }),
  forkConversation: endpoint({
    method: 'post',
    path: `${CONVERSATION}/fork`,
    tag: 'conversations',
    summary: 'A new conversation that begins like this one, up to before a message',
    query: Named,
    body: ConversationFork,
    isBodyOptional: true,
    isKeyed: true,
    answers: { 201: ConversationView },
    errors: ['NOT_FOUND', 'CONFLICT', 'IDEMPOTENCY_MISMATCH'],
  }),
  listMessages: endpoint({
    method: 'get',
    path: `${CONVERSATION}/messages`,
    tag: 'conversations',
    summary: 'The messages of a conversation, newest first unless asked otherwise',
    query: ListQuery.extend({ order: z.enum(['newest', 'oldest']).default('newest') }),
    answers: { 200: MessagePage },
    errors: ['NOT_FOUND'],
  }),
  exportConversation: endpoint({
    method: 'get',
    path: `${CONVERSATION}/export`,
    tag: 'conversations',
    summary: 'A whole conversation as a file',
    query: Named.extend({ format: z.enum(['markdown', 'json']).default('markdown') }),
    headers: ['Content-Disposition'],
    answers: { 200: [ConversationExport, { media: 'text/markdown' }] },
    errors: ['NOT_FOUND'],
  }),
} as const;

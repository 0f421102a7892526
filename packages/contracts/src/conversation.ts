import { z } from 'zod';
import { Named, pageOf } from './api/query.ts';
import { AttachmentView } from './attachment.ts';
import { ConversationId, RunId } from './ids.ts';
import { boundedText, refusal } from './text.ts';

export const TITLE_MAX_CHARS = 200;
export const SEARCH_MAX_CHARS = 200;

const Title = boundedText({ name: 'title', maxChars: TITLE_MAX_CHARS })
  .transform((title) => title.trim())
  .refine((title) => title !== '', { error: 'title is empty', params: refusal('INVALID_FIELD') })
  .meta({ type: 'string', minLength: 1, maxLength: TITLE_MAX_CHARS });

/** Body of `POST /api/v1/conversations`. */
export const NewConversation = Named.extend({ title: Title.optional() });
export type NewConversation = z.infer<typeof NewConversation>;

/** Body of `PATCH /api/v1/conversations/:id`; what is left out stays as it is, and a title of null is made anew. */
export const ConversationPatch = Named.extend({
  title: Title.nullable().optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  /** Answers every message that chooses nobody else; null for the usual one. */
  persona: boundedText({ name: 'persona', maxChars: 64 }).nullable().optional(),
  model: boundedText({ name: 'model', maxChars: 128 }).nullable().optional(),
});
export type ConversationPatch = z.infer<typeof ConversationPatch>;

/** Body of `POST /api/v1/conversations/:id/fork`. */
export const ConversationFork = Named.extend({
  /** The first message that is not in the new conversation; left out, all are. */
  before_seq: z.int().positive().max(1_000_000_000).optional(),
});
export type ConversationFork = z.infer<typeof ConversationFork>;

const Time = z.iso.datetime();

export const ConversationView = z
  .object({
    id: ConversationId,
    /** The first words at first, then what a model makes of them, unless a person chose one; null before any message. */
    title: z.string().nullable(),
    user_id: z.string(),
    /** Messages that name no conversation go here. */
    is_default: z.boolean(),
    pinned: z.boolean(),
    archived: z.boolean(),
    persona: z.string().nullable(),
    model: z.string().nullable(),
    message_count: z.int().nonnegative(),
    created_at: Time,
    updated_at: Time,
    /** It can be restored for 30 days; then it is gone. */
    deleted_at: Time.nullable(),
  })
  .meta({ id: 'Conversation' });
export type ConversationView = z.infer<typeof ConversationView>;

export const ConversationPage = pageOf(ConversationView);
export type ConversationPage = z.infer<typeof ConversationPage>;

export const MessageView = z
  .object({
    /** Place in its conversation, from 1. */
    seq: z.int().positive(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    run_id: RunId,
    created_at: Time,
    attachments: z.array(AttachmentView),
  })
  .meta({ id: 'Message' });
export type MessageView = z.infer<typeof MessageView>;

export const MessagePage = pageOf(MessageView);
export type MessagePage = z.infer<typeof MessagePage>;

/** A message that was found. */
export const FoundMessage = z
  .object({
    conversation_id: ConversationId,
    title: z.string().nullable(),
    seq: z.int().positive(),
    role: z.enum(['user', 'assistant']),
    run_id: RunId,
    created_at: Time,
    /** The text around the first word that was found. */
    snippet: z.string(),
    /** Where the words stand in the snippet: start and end in UTF-16 units. */
    marks: z.array(z.tuple([z.int().nonnegative(), z.int().positive()])),
  })
  .meta({ id: 'FoundMessage' });
export type FoundMessage = z.infer<typeof FoundMessage>;

export const FoundPage = pageOf(FoundMessage);
export type FoundPage = z.infer<typeof FoundPage>;

/** `GET /api/v1/conversations/:id/export?format=json`. */
export const ConversationExport = z.object({
  conversation: ConversationView,
  messages: z.array(MessageView),
});
export type ConversationExport = z.infer<typeof ConversationExport>;

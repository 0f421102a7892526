import type { ConversationView, FoundMessage, MessageView } from '@bakerst/contracts';
import type { z } from 'zod';
import type { Attachment } from '../attachments/attachment.ts';
import { toAttachmentView } from '../attachments/attachment-view.ts';
import { toIso } from '../http/to-iso.ts';
import type { Conversation, Message } from './conversation.ts';
import { toSnippet } from './find-words.ts';
import type { FoundMessage as Found } from './ports.ts';

/** What the API shows of a conversation. */
export function toConversationView(conversation: Conversation): z.input<typeof ConversationView> {
  return {
    id: conversation.id,
    title: conversation.title ?? null,
    user_id: conversation.tenant.user,
    is_default: conversation.isDefault,
    pinned: conversation.isPinned,
    archived: conversation.isArchived,
    persona: conversation.persona ?? null,
    model: conversation.model ?? null,
    message_count: conversation.messageCount,
    created_at: toIso(conversation.createdAt),
    updated_at: toIso(conversation.updatedAt),
    deleted_at: conversation.deletedAt === undefined ? null : toIso(conversation.deletedAt),
  };
}

export function toMessageView(
  message: Message,
  attachments: readonly Attachment[] = [],
): z.input<typeof MessageView> {
  return {
    seq: message.seq,
    role: message.role,
    content: message.content,
    run_id: message.runId,
    created_at: toIso(message.createdAt),
    attachments: attachments.map(toAttachmentView),
  };
}

export function toFoundView(
  { conversationId, title, message }: Found,
  words: readonly string[],
): z.input<typeof FoundMessage> {
  const { snippet, marks } = toSnippet(message.content, words);
  return {
    conversation_id: conversationId,
    title: title ?? null,
    seq: message.seq,
    role: message.role,
    run_id: message.runId,
    created_at: toIso(message.createdAt),
    snippet,
    marks: marks.map(([from, to]) => [from, to]),
  };
}

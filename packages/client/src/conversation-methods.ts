import {
  Api,
  type AttachmentView,
  type ConversationFork,
  type ConversationPage,
  type ConversationPatch,
  type ConversationView,
  type FoundPage,
  type MessagePage,
  type NewConversation,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call, CallOptions, Cancelling } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';

interface ConversationQuery extends PageQuery {
  readonly archived?: boolean;
  readonly pinned?: boolean;
  readonly deleted?: boolean;
}

/** Conversations and what was said in them. */
export interface ConversationMethods {
  createConversation(
    wanted?: z.input<typeof NewConversation>,
    options?: CallOptions,
  ): Promise<ConversationView>;
  /** Pages, the one that was last spoken in first. */
  listConversations(query?: ConversationQuery): Promise<ConversationPage>;
  getConversation(id: string, named?: NamedUser): Promise<ConversationView>;
  changeConversation(
    id: string,
    change: z.input<typeof ConversationPatch>,
  ): Promise<ConversationView>;
  /** It can be restored for 30 days. */
  deleteConversation(id: string, named?: NamedUser): Promise<void>;
  restoreConversation(id: string, named?: NamedUser): Promise<ConversationView>;
  /** A new conversation with the messages before `before_seq`, or with all. */
  forkConversation(
    id: string,
    from?: z.input<typeof ConversationFork>,
    options?: CallOptions,
  ): Promise<ConversationView>;
  /** Pages of messages, newest first unless asked otherwise. */
  listMessages(
    id: string,
    query?: PageQuery & { readonly order?: 'newest' | 'oldest' },
  ): Promise<MessagePage>;
  /** Pages of messages that hold all of these words, newest first. */
  searchMessages(q: string, query?: PageQuery, options?: Cancelling): Promise<FoundPage>;
  /** Uploads a file for a message to come. */
  createAttachment(
    file: Blob,
    query?: NamedUser & { readonly name?: string },
  ): Promise<AttachmentView>;
  getAttachment(id: string, named?: NamedUser): Promise<AttachmentView>;
  /** The file itself. */
  readAttachment(id: string, named?: NamedUser): Promise<Uint8Array>;
  /** Only one that no message carries can be taken away. */
  deleteAttachment(id: string, named?: NamedUser): Promise<void>;
  /** A whole conversation as the text of a file. */
  exportConversation(
    id: string,
    query?: NamedUser & { readonly format?: 'markdown' | 'json' },
  ): Promise<string>;
}

export function createConversationMethods(call: Call): ConversationMethods {
  return {
    createConversation: (body = {}, more) =>
      call.created(Api.createConversation, { body, ...more }),
    listConversations: (query) => call.json(Api.listConversations, { query: { ...query } }),
    getConversation: (id, query) =>
      call.json(Api.getConversation, { params: { id }, query: { ...query } }),
    changeConversation: (id, body) => call.json(Api.changeConversation, { params: { id }, body }),
    deleteConversation: (id, query) =>
      call.nothing(Api.deleteConversation, { params: { id }, query: { ...query } }),
    restoreConversation: (id, query) =>
      call.json(Api.restoreConversation, { params: { id }, query: { ...query }, body: {} }),
    forkConversation: (id, body = {}, more) =>
      call.created(Api.forkConversation, { params: { id }, body, ...more }),
    listMessages: (id, query) =>
      call.json(Api.listMessages, { params: { id }, query: { ...query } }),
    searchMessages: (q, query, options) =>
      call.json(Api.searchMessages, { query: { q, ...query }, ...options }),
    createAttachment: (file, { name = 'file', ...query } = {}) => {
      const body = new FormData();
      body.set('file', file, name);
      return call.created(Api.createAttachment, { query: { ...query }, body });
    },
    getAttachment: (id, query) =>
      call.json(Api.getAttachment, { params: { id }, query: { ...query } }),
    readAttachment: (id, query) =>
      call.bytes(Api.readAttachment, { params: { id }, query: { ...query } }),
    deleteAttachment: (id, query) =>
      call.nothing(Api.deleteAttachment, { params: { id }, query: { ...query } }),
    exportConversation: (id, query) =>
      call.text(Api.exportConversation, { params: { id }, query: { ...query } }),
  };
}

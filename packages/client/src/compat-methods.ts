import {
  Api,
  type CompatChatAnswer,
  type CompatChatBody,
  type CompatConversation,
  type CompatEvent,
  type CompatJob,
  type CompatMessages,
  type FactCategory,
  type WebhookAccepted,
  type WebhookBody,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call, CallOptions } from './create-call.ts';
import type { NamedUser } from './named.ts';

/** What clients of the systems behind this one call; programs of today have better ones. */
export interface CompatMethods {
  ping(): Promise<{ readonly status: 'ok'; readonly name: string }>;
  compatChat(
    body: z.input<typeof CompatChatBody>,
    options?: CallOptions,
  ): Promise<CompatChatAnswer>;
  compatStreamChat(
    body: z.input<typeof CompatChatBody>,
    options?: CallOptions,
  ): AsyncGenerator<CompatEvent>;
  compatConversations(named?: NamedUser): Promise<CompatConversation[]>;
  compatMessages(id: string, named?: NamedUser): Promise<CompatMessages>;
  compatJobs(named?: NamedUser): Promise<CompatJob[]>;
  compatJobStatus(id: string, named?: NamedUser): Promise<CompatJob>;
  compatMemories(
    query?: NamedUser & {
      readonly q?: string;
      readonly category?: FactCategory;
      readonly limit?: number;
    },
  ): Promise<z.output<(typeof Api.compatMemories.answers)[200]>>;
  webhook(body: z.input<typeof WebhookBody>, options?: CallOptions): Promise<WebhookAccepted>;
}

export function createCompatMethods(call: Call): CompatMethods {
  return {
    ping: () => call.json(Api.ping),
    compatChat: (body, more) => call.json(Api.compatChat, { body, ...more }),
    compatStreamChat: (body, more) => call.compatEvents(Api.compatStreamChat, { body, ...more }),
    compatConversations: (query) => call.json(Api.compatConversations, { query: { ...query } }),
    compatMessages: (id, query) =>
      call.json(Api.compatMessages, { params: { id }, query: { ...query } }),
    compatJobs: (query) => call.json(Api.compatJobs, { query: { ...query } }),
    compatJobStatus: (id, query) =>
      call.json(Api.compatJobStatus, { params: { id }, query: { ...query } }),
    compatMemories: (query) => call.json(Api.compatMemories, { query: { ...query } }),
    webhook: (body, more) => call.accepted(Api.webhook, { body, ...more }),
  };
}

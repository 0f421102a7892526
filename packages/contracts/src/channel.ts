import { z } from 'zod';
import { Named, pageOf } from './api/query.ts';
import { ATTACHMENTS_MAX } from './attachment.ts';
import { ChannelName, channelId, speaking } from './channel-speaker.ts';
import { MESSAGE_MAX_CHARS } from './chat.ts';
import { AttachmentId, ConversationId, OrgId, RunId, UserId } from './ids.ts';
import { RunStatus } from './run.ts';
import { boundedText, refusal } from './text.ts';

const Time = z.iso.datetime();

/** Body of `POST /api/v1/channels/{channel}/senders`. */
export const SenderQuestion = z.strictObject(speaking);
export type SenderQuestion = z.infer<typeof SenderQuestion>;

/** For whom somebody on a channel speaks; nobody for one who is not let in. */
export const SenderView = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('known'),
      org: OrgId,
      user_id: UserId,
      /** What is said in this chat goes there; null before anything was said. */
      conversation_id: ConversationId.nullable(),
    }),
    /** A stranger: whatever they are to be told is on its way as a delivery. */
    z.object({ status: z.literal('refused') }),
  ])
  .meta({ id: 'ChannelSender' });
export type SenderView = z.infer<typeof SenderView>;

/** Body of `POST /api/v1/channels/{channel}/links/claim`: somebody gives the code by which they are linked to a user. */
export const LinkClaim = z.strictObject({
  ...speaking,
  code: boundedText({ name: 'code', maxChars: 32 }),
});
export type LinkClaim = z.infer<typeof LinkClaim>;

/** Body of `POST /api/v1/channels/{channel}/messages`. */
export const ChannelMessage = z
  .strictObject({
    ...speaking,
    /** The channel's id of the message: the answer is a reply to it. */
    message_id: channelId('message_id').optional(),
    /** May be empty when files are attached. */
    text: boundedText({ name: 'text', maxChars: MESSAGE_MAX_CHARS, tooLong: 'MESSAGE_TOO_LONG' }),
    attachments: z.array(AttachmentId).max(ATTACHMENTS_MAX).optional(),
  })
  .refine(({ text, attachments = [] }) => text.trim() !== '' || attachments.length > 0, {
    error: 'the message says nothing',
    params: refusal('INVALID_MESSAGE'),
  });
export type ChannelMessage = z.infer<typeof ChannelMessage>;

/** 202: the message is stored and will be answered, and the answer will be delivered. */
export const ChannelMessageAccepted = z.object({
  run_id: RunId,
  conversation_id: ConversationId,
  status: RunStatus,
});
export type ChannelMessageAccepted = z.infer<typeof ChannelMessageAccepted>;

/** Body of `PUT /api/v1/channels/{channel}/chats`: from now on what is said in this chat goes to another conversation; null: to a new one. */
export const ChatConversation = z.strictObject({
  ...speaking,
  conversation_id: ConversationId.nullable(),
});
export type ChatConversation = z.infer<typeof ChatConversation>;

/** How a channel stands. */
export const ChannelView = z
  .object({
    channel: ChannelName,
    /** Null while no gateway has ever served it. */
    bot: z.string().nullable(),
    is_connected: z.boolean(),
    /** Whoever is not linked is let in by this. */
    access: z.enum(['list', 'landlord', 'card']),
    /** Deliveries that wait. */
    open: z.int().nonnegative(),
  })
  .meta({ id: 'Channel' });
export type ChannelView = z.infer<typeof ChannelView>;
export const ChannelList = z.object({ data: z.array(ChannelView) });

/** Body of `POST /api/v1/channels/links`. */
export const NewLink = Named.extend({ channel: ChannelName.default('telegram') });

/** A code by which somebody on a channel is linked to a user, once. */
export const LinkView = z.object({
  code: z.string(),
  /** Opens the bot with the code; null while the bot's name is not known. */
  url: z.url().nullable(),
  expires_at: Time,
});
export type LinkView = z.infer<typeof LinkView>;

/** Somebody on a channel who speaks for a user. */
export const IdentityView = z
  .object({
    channel: ChannelName,
    id: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    org: OrgId,
    user_id: UserId,
    linked_by: z.enum(['code', 'landlord', 'card']),
    created_at: Time,
  })
  .meta({ id: 'ChannelIdentity' });
export type IdentityView = z.infer<typeof IdentityView>;
export const IdentityPage = pageOf(IdentityView);
export type IdentityPage = z.infer<typeof IdentityPage>;

/** A stranger who asks to be let in (`card`). */
export const AccessRequestView = z
  .object({
    channel: ChannelName,
    /** What the stranger was shown, and has to tell whoever lets them in. */
    code: z.string(),
    id: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    is_blocked: z.boolean(),
    created_at: Time,
    expires_at: Time.nullable(),
  })
  .meta({ id: 'ChannelAccessRequest' });
export type AccessRequestView = z.infer<typeof AccessRequestView>;
export const AccessRequestPage = pageOf(AccessRequestView);
export type AccessRequestPage = z.infer<typeof AccessRequestPage>;

/** Body of `POST /api/v1/channels/{channel}/requests/{code}`; without a user they become one of their own. */
export const AccessDecision = Named.extend({ decision: z.enum(['allow', 'block', 'dismiss']) });
export type AccessDecision = z.infer<typeof AccessDecision>;

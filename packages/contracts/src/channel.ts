import { z } from 'zod';
import { Named, pageOf } from './api/query.ts';
import { ATTACHMENTS_MAX } from './attachment.ts';
import { MESSAGE_MAX_CHARS } from './chat.ts';
import { AttachmentId, ConversationId, JobId, MadeId, OrgId, RunId, UserId } from './ids.ts';
import { RunStatus } from './run.ts';
import { boundedText, refusal } from './text.ts';

const ID_MAX_CHARS = 64;
const NAME_MAX_CHARS = 128;
/** A notice with a job's output; what is longer is cut by whoever makes it. */
const TEXT_MAX_CHARS = 64 * 1024;
const BUTTONS_MAX = 12;
const Time = z.iso.datetime();

/** Where people talk besides the page and the terminal. */
export const ChannelName = z.enum(['telegram']);
export type ChannelName = z.infer<typeof ChannelName>;

/** An id as the channel gives it. */
function channelId(name: string) {
  return boundedText({ name, maxChars: ID_MAX_CHARS }).refine((id) => id !== '', {
    error: `${name} is empty`,
  });
}

/** Somebody as the channel knows them. */
export const Sender = z.strictObject({
  id: channelId('sender.id'),
  name: boundedText({ name: 'sender.name', maxChars: NAME_MAX_CHARS }),
  /** Without the @. */
  username: boundedText({ name: 'sender.username', maxChars: NAME_MAX_CHARS }).optional(),
});
export type Sender = z.infer<typeof Sender>;

/** Where something was said, and where the answer goes. */
export const ChannelChat = z.strictObject({
  id: channelId('chat.id'),
  kind: z.enum(['direct', 'group']),
  /** A topic of a group. */
  thread_id: channelId('chat.thread_id').optional(),
});
export type ChannelChat = z.infer<typeof ChannelChat>;

const from = { sender: Sender, chat: ChannelChat } as const;

/** Body of `POST /api/v1/channels/{channel}/senders`. */
export const SenderQuestion = z.strictObject(from);
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
  ...from,
  code: boundedText({ name: 'code', maxChars: 32 }),
});
export type LinkClaim = z.infer<typeof LinkClaim>;

/** Body of `POST /api/v1/channels/{channel}/messages`. */
export const ChannelMessage = z
  .strictObject({
    ...from,
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
  ...from,
  conversation_id: ConversationId.nullable(),
});
export type ChatConversation = z.infer<typeof ChatConversation>;

/** What a button asks for. */
export const ChannelAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stop'), run_id: RunId }),
  /** Of a message that waits: it is said to the run that is on. */
  z.strictObject({ type: z.literal('steer'), run_id: RunId }),
  /** Of a message that waits: the run that is on is stopped for it. */
  z.strictObject({ type: z.literal('interrupt'), run_id: RunId }),
  /** Of a message that waits: it is taken back. */
  z.strictObject({ type: z.literal('withdraw'), run_id: RunId }),
  z.strictObject({
    type: z.literal('resolve'),
    job_id: JobId,
    outcome: z.enum(['happened', 'did_not_happen', 'retry']),
  }),
]);
export type ChannelAction = z.infer<typeof ChannelAction>;

/** Body of `POST /api/v1/channels/{channel}/actions`. */
export const ChannelActionBody = z.strictObject({ ...from, action: ChannelAction });
export type ChannelActionBody = z.infer<typeof ChannelActionBody>;

/** `too_late`: it has been decided already, here or elsewhere. */
export const ChannelActionResult = z.object({ outcome: z.enum(['done', 'too_late']) });
export type ChannelActionResult = z.infer<typeof ChannelActionResult>;

/** Something that a person may press; the channel shows it as it can. */
export const ChannelButton = z.strictObject({
  label: boundedText({ name: 'label', maxChars: 64 }),
  action: ChannelAction,
});
export type ChannelButton = z.infer<typeof ChannelButton>;

const Text = z.object({
  type: z.literal('text'),
  /** Markdown. */
  text: boundedText({ name: 'text', maxChars: TEXT_MAX_CHARS }),
  buttons: z.array(ChannelButton).max(BUTTONS_MAX).optional(),
});

/** What is to be told: the answer of a run as it comes, what became of a job, or a text. */
export const DeliveryContent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run_id: RunId }),
  Text,
]);
export type DeliveryContent = z.infer<typeof DeliveryContent>;

/**
 * One message of the channel that a delivery is made of. `sending`: somebody was about to send it and has not said what
 * became of that; `unknown`: they could not find out.
 */
export const DeliveryPart = z.object({
  index: z.int().nonnegative(),
  state: z.enum(['sending', 'sent', 'unknown']),
  /** The channel's id of the message, once it was sent. */
  message_id: z.string().nullable(),
  /** It was sent with a mark, for it may have been sent before. */
  may_be_repeat: z.boolean().optional(),
});
export type DeliveryPart = z.infer<typeof DeliveryPart>;

export const DeliveryStatus = z.enum(['open', 'sent', 'failed']);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** Something that goes out to a chat, once. */
export const ChannelDelivery = z
  .object({
    id: MadeId,
    org: OrgId.nullable(),
    user_id: UserId.nullable(),
    chat: ChannelChat,
    /** The channel's id of the message that this answers. */
    reply_to: z.string().nullable(),
    content: DeliveryContent,
    /** What was sent of it so far. */
    parts: z.array(DeliveryPart),
    status: DeliveryStatus,
    /** Goes up when it is opened again: its run goes on, or its job has another outcome. */
    revision: z.int().positive(),
    created_at: Time,
  })
  .meta({ id: 'ChannelDelivery' });
export type ChannelDelivery = z.infer<typeof ChannelDelivery>;

/** One `data:` line of `GET /api/v1/channels/{channel}/deliveries`. */
export const DeliveryEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('hello') }),
    /** Open ones, the oldest first; one that was told before is told again when its run goes on after its end. */
    z.object({ type: z.literal('delivery'), delivery: ChannelDelivery }),
    /** Another gateway serves the channel from now on: this one's reports are refused. */
    z.object({ type: z.literal('taken_over') }),
    z.object({ type: z.literal('reconnect') }),
  ])
  .meta({ id: 'ChannelDeliveryEvent' });
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;

const part = z.int().min(0).max(9_999);

/**
 * Body of `POST /api/v1/channels/{channel}/deliveries/{id}`: what the gateway does. `sending` comes before a message is
 * sent (changing one that was sent needs none): the answer says whether it may be a repeat. Each may be told again.
 */
export const DeliveryReport = z
  .discriminatedUnion('event', [
    z.strictObject({ event: z.literal('sending'), holder: MadeId, part }),
    z.strictObject({
      event: z.literal('sent'),
      holder: MadeId,
      part,
      message_id: channelId('message_id'),
    }),
    /** It certainly was not sent. */
    z.strictObject({ event: z.literal('not_sent'), holder: MadeId, part }),
    /** Whether it was sent cannot be known. */
    z.strictObject({ event: z.literal('unknown'), holder: MadeId, part }),
    /** All of it stands. Of a `revision` that is not the last one any more it says nothing. */
    z.strictObject({
      event: z.literal('done'),
      holder: MadeId,
      revision: z.int().positive().optional(),
    }),
    /** The channel refuses it for good: the person has blocked the bot, the chat is gone. */
    z.strictObject({
      event: z.literal('failed'),
      holder: MadeId,
      error: boundedText({ name: 'error', maxChars: 1_000 }),
    }),
  ])
  .meta({ id: 'ChannelDeliveryReport' });
export type DeliveryReport = z.infer<typeof DeliveryReport>;

export const DeliveryReported = z.object({
  /** Of a part that is about to be sent: it may have been sent before. */
  may_be_repeat: z.boolean(),
});
export type DeliveryReported = z.infer<typeof DeliveryReported>;

/** Body of `POST /api/v1/channels/{channel}/deliveries`; the same key gives the same delivery. */
export const NewDelivery = z.strictObject({
  ...from,
  key: boundedText({ name: 'key', maxChars: 255 }),
  reply_to: channelId('reply_to').optional(),
  text: boundedText({ name: 'text', maxChars: TEXT_MAX_CHARS }),
  buttons: z.array(ChannelButton).max(BUTTONS_MAX).optional(),
});
export type NewDelivery = z.infer<typeof NewDelivery>;

/** Query of the stream: who serves the channel from now on, and as which bot. */
export const HolderQuery = z.strictObject({
  holder: MadeId,
  /** Name of the bot, without the @. */
  bot: z
    .string()
    .regex(/^\w{1,64}$/)
    .optional(),
});

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

/** Where an action's result is told, besides its place in the API. Without a chat: the user's own with the assistant. */
export const DeliverTo = z
  .strictObject({ channel: ChannelName, chat_id: channelId('chat_id').optional() })
  .meta({ id: 'DeliverTo' });
export type DeliverTo = z.infer<typeof DeliverTo>;

import { z } from 'zod';
import { ChannelChat, channelId, speaking } from './channel-speaker.ts';
import { JobId, MadeId, OrgId, RunId, UserId } from './ids.ts';
import { boundedText } from './text.ts';

/** A notice with a job's output; what is longer is cut by whoever makes it. */
const TEXT_MAX_CHARS = 64 * 1024;
const BUTTONS_MAX = 12;
const Time = z.iso.datetime();

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
export const ChannelActionBody = z.strictObject({ ...speaking, action: ChannelAction });
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
    /** Somebody else has closed it, for good: nothing more of it may be sent. */
    z.object({ type: z.literal('withdrawn'), id: MadeId }),
    /** Its run waits in another place, or waits no more. */
    z.object({ type: z.literal('moved'), id: MadeId }),
    /** Another gateway serves the channel from now on: this one's reports are refused. */
    z.object({ type: z.literal('taken_over') }),
    z.object({ type: z.literal('reconnect') }),
  ])
  .meta({ id: 'ChannelDeliveryEvent' });
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;

const part = z.int().min(0).max(9_999);

/**
 * Body of `POST /api/v1/channels/{channel}/deliveries/{id}`: what the gateway does. `sending` comes before a message is
 * sent (changing one that was sent needs none): the answer says whether it may be a repeat. It is refused, reason
 * DELIVERY_CLOSED, of a delivery that is not open. Each may be told again.
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
  /** The channel's id of the message, when the part that is about to be sent was sent already: it is not sent again. */
  message_id: z.string().nullable().optional(),
});
export type DeliveryReported = z.infer<typeof DeliveryReported>;

/** Body of `POST /api/v1/channels/{channel}/deliveries`; the same key gives the same delivery. */
export const NewDelivery = z.strictObject({
  ...speaking,
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

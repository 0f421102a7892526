import { z } from 'zod';
import { ATTACHMENTS_MAX } from './attachment.ts';
import { CallbackMode, MessageKey, ThrottleSeconds } from './callback.ts';
import { URL_MAX_CHARS } from './http-url.ts';
import { ConversationId, OrgId, RunId, UserId } from './ids.ts';
import { RunStatus } from './run.ts';
import { boundedText, refusal } from './text.ts';
import { Usage } from './usage.ts';

export const MESSAGE_MAX_CHARS = 32_000;
export const IDEMPOTENCY_KEY_MAX_CHARS = 255;

/** What to do while another run of the user is on. */
export const OnBusy = z.enum(['reject', 'queue', 'steer', 'interrupt']);
export type OnBusy = z.infer<typeof OnBusy>;

/** What somebody says. */
export const Message = z
  .unknown()
  .refine((message) => typeof message === 'string', {
    error: 'message must be a string',
    params: refusal('INVALID_MESSAGE'),
  })
  .pipe(
    boundedText({
      name: 'message',
      maxChars: MESSAGE_MAX_CHARS,
      tooLong: 'MESSAGE_TOO_LONG',
    }).refine((text) => text.trim() !== '', {
      error: 'message is empty',
      params: refusal('INVALID_MESSAGE'),
    }),
  )
  .meta({ type: 'string', minLength: 1, maxLength: MESSAGE_MAX_CHARS });

/** Body of `PATCH /api/v1/runs/:id`. */
export const QueuedMessagePatch = z.strictObject({
  message: Message,
  org: OrgId.optional(),
  user_id: UserId.optional(),
});
export type QueuedMessagePatch = z.infer<typeof QueuedMessagePatch>;

/** Clients of the source systems send null for what they leave out. */
function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** Body of the chat routes; unknown fields are dropped, as clients of the source systems expect. */
export const ChatRequest = z
  .object({
    message: Message,
    message_type: z.enum(['text', 'audio']).default('text'),
    client_id: optional(boundedText({ name: 'client_id', maxChars: 128 })),
    org: optional(OrgId),
    user_id: optional(UserId),
    conversation_id: optional(z.string().max(128)),
    attachments: optional(
      z.array(z.string().max(64)).max(ATTACHMENTS_MAX, {
        error: `a message carries at most ${ATTACHMENTS_MAX} attachments`,
      }),
    ),
    /** Who is to answer this message; left out: as its conversation says. */
    persona: optional(boundedText({ name: 'persona', maxChars: 64 })),
    /** Of `GET /api/v1/models`; left out: as its conversation says, else the persona's, else the usual one. */
    model: optional(boundedText({ name: 'model', maxChars: 128 })),
    on_busy: OnBusy.default('reject'),
    progress_callback_url: optional(
      boundedText({ name: 'progress_callback_url', maxChars: URL_MAX_CHARS }),
    ),
    progress_mode: optional(CallbackMode),
    progress_throttle_seconds: optional(ThrottleSeconds),
    message_key: optional(MessageKey),
  })
  .meta({ id: 'ChatRequest' });
export type ChatRequest = z.infer<typeof ChatRequest>;

/** Fields by which a request asks for callbacks; the route that calls nobody back refuses them. */
export const CALLBACK_FIELDS = [
  'progress_callback_url',
  'progress_mode',
  'progress_throttle_seconds',
  'message_key',
] as const satisfies readonly (keyof ChatRequest)[];

/** Body of a 200 and of the `complete` event: each text block of each model reply is one element of `responses`. */
export const ChatResponse = z
  .object({
    responses: z.array(z.string()),
    response_language: z.string(),
    voice_audio_base64: z.null(),
    run_id: RunId,
    conversation_id: ConversationId,
    status: RunStatus,
    usage: Usage,
    cost_usd: z.number().nonnegative().nullable(),
  })
  .meta({ id: 'ChatResponse' });
export type ChatResponse = z.infer<typeof ChatResponse>;

/** 202 of a chat whose answer is called back; the id is that of the run. */
export const ChatStarted = z.object({ message_id: RunId });
export type ChatStarted = z.infer<typeof ChatStarted>;

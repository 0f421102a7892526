import { z } from 'zod';
import { ConversationId, OrgId, RunId, UserId } from './ids.ts';
import { RunStatus } from './run.ts';
import { boundedText, refusal } from './text.ts';
import { Usage } from './usage.ts';

export const MESSAGE_MAX_CHARS = 32_000;
export const IDEMPOTENCY_KEY_MAX_CHARS = 255;

/** What to do while another run of the user is on. */
export const OnBusy = z.enum(['reject', 'queue', 'steer', 'interrupt']);
export type OnBusy = z.infer<typeof OnBusy>;

const Message = boundedText({
  name: 'message',
  maxChars: MESSAGE_MAX_CHARS,
  tooLong: 'MESSAGE_TOO_LONG',
}).refine((text) => text.trim() !== '', {
  error: 'message is empty',
  params: refusal('INVALID_MESSAGE'),
});

/** Body of the chat routes; unknown fields are dropped, as clients of the source systems expect. */
export const ChatRequest = z.object({
  message: Message,
  message_type: z.enum(['text', 'audio']).default('text'),
  client_id: boundedText({ name: 'client_id', maxChars: 128 }).optional(),
  org: OrgId.optional(),
  user_id: UserId.optional(),
  conversation_id: z.string().max(128).optional(),
  on_busy: OnBusy.default('reject'),
  progress_callback_url: z.unknown().optional(),
  progress_mode: z.unknown().optional(),
  progress_throttle_seconds: z.unknown().optional(),
  message_key: z.unknown().optional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** Fields of a callback request; the routes that call nobody back refuse them. */
export const CALLBACK_FIELDS = [
  'progress_callback_url',
  'progress_mode',
  'progress_throttle_seconds',
  'message_key',
] as const satisfies readonly (keyof ChatRequest)[];

/** Body of a 200 and of the `complete` event: each text block of each model reply is one element of `responses`. */
export const ChatResponse = z.object({
  responses: z.array(z.string()),
  response_language: z.string(),
  voice_audio_base64: z.null(),
  run_id: RunId,
  conversation_id: ConversationId,
  status: RunStatus,
  usage: Usage,
  cost_usd: z.number().nonnegative().nullable(),
});
export type ChatResponse = z.infer<typeof ChatResponse>;

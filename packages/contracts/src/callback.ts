import { z } from 'zod';
import { ErrorCode } from './error-codes.ts';
import { ConversationId, OrgId, RunId, UserId } from './ids.ts';
import { RunStatus } from './run.ts';
import { boundedText, refusal } from './text.ts';

const MESSAGE_KEY_MAX_CHARS = 255;
const THROTTLE_MIN_SECONDS = 1;
const THROTTLE_MAX_SECONDS = 3_600;

/**
 * When whoever is called back hears of a run (BT-63): at its end alone, after each turn that uses tools (`iteration`;
 * `incremental` is the same, `full` tells the whole text each time), every so many seconds, or at the end of sentences.
 */
export const CallbackMode = z.enum([
  'complete',
  'iteration',
  'periodic',
  'sentence',
  'full',
  'incremental',
]);
export type CallbackMode = z.infer<typeof CallbackMode>;

/** By which the receiver knows what the answer belongs to. */
export const MessageKey = boundedText({
  name: 'message_key',
  maxChars: MESSAGE_KEY_MAX_CHARS,
}).refine((key) => key !== '', {
  error: 'message_key is empty',
  params: refusal('INVALID_FIELD'),
});

/** Time between two events of the mode `periodic`. */
export const ThrottleSeconds = z.number().min(THROTTLE_MIN_SECONDS).max(THROTTLE_MAX_SECONDS);

const common = {
  org: OrgId,
  user_id: UserId,
  message_key: z.string(),
  timestamp: z.iso.datetime(),
  run_id: RunId,
  conversation_id: ConversationId,
  /** Counts from 1 within the run; the same number is the same event, sent again. */
  sequence: z.int().positive(),
};

const text = {
  text: z.string(),
  /** The text stands in the place of all text before; otherwise it is added to that. */
  replace: z.boolean(),
};

/** Body of a callback (BT-62). `complete` or `error` is the last of its run, and comes once. */
export const CallbackEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('status'), message: z.string(), ...common }),
    z.object({ type: z.literal('progress'), ...text, ...common }),
    z.object({ type: z.literal('complete'), ...text, status: RunStatus, ...common }),
    z.object({
      type: z.literal('error'),
      error: z.string(),
      code: ErrorCode,
      reason: z.string().optional(),
      retry_after_ms: z.int().nonnegative().optional(),
      ...common,
    }),
  ])
  .meta({ id: 'CallbackEvent' });
export type CallbackEvent = z.infer<typeof CallbackEvent>;

/** What the callbacks of an org are signed with. */
export const CallbackSecretView = z.object({ secret: z.string(), created_at: z.iso.datetime() });
export type CallbackSecretView = z.infer<typeof CallbackSecretView>;

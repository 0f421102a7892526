import { z } from 'zod';
import { Named } from './api/query.ts';
import { OrgId, UserId } from './ids.ts';
import { refusal } from './text.ts';

const PROMPT_SLOT_MAX_CHARS = 4_000;

/** The parts of the system prompt that people can write, in the order in which they stand there (BT-80). */
export const PromptSlot = z.enum([
  'identity',
  'methodology',
  'tool_guidance',
  'instructions',
  'memory_instructions',
  'closing',
]);
export type PromptSlot = z.infer<typeof PromptSlot>;

/** Everything that is no line break, no tab and cannot be seen. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** Text of a prompt as it is kept: one kind of line break, no control characters (BT-80). */
export function toPromptText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROL, '');
}

const SlotText = z
  .string({ error: 'a slot must be a text or null' })
  .refine((text) => text.length <= PROMPT_SLOT_MAX_CHARS, {
    error: `a slot is longer than ${PROMPT_SLOT_MAX_CHARS} characters`,
    params: refusal('PROMPT_TOO_LONG'),
  })
  .refine((text) => text.isWellFormed(), {
    error: 'a slot holds a lone surrogate',
    params: refusal('INVALID_TEXT'),
  })
  .transform(toPromptText)
  .meta({ type: 'string', maxLength: PROMPT_SLOT_MAX_CHARS });

const SLOTS: readonly string[] = PromptSlot.options;

/** Body of `PUT …/prompt-overrides`: what is left out stays as it is, null takes a slot away. */
export const PromptOverridesPatch = z
  .looseObject({
    identity: SlotText.nullable().optional(),
    methodology: SlotText.nullable().optional(),
    tool_guidance: SlotText.nullable().optional(),
    instructions: SlotText.nullable().optional(),
    memory_instructions: SlotText.nullable().optional(),
    closing: SlotText.nullable().optional(),
  })
  .refine((patch) => Object.keys(patch).every((key) => SLOTS.includes(key)), {
    error: `there is no such slot: the slots are ${PromptSlot.options.join(', ')}`,
    params: refusal('UNKNOWN_SLOT'),
  });
export type PromptOverridesPatch = z.infer<typeof PromptOverridesPatch>;

/** Texts by their slots; a blank one counts as none. */
export const PromptOverrides = z.partialRecord(PromptSlot, z.string());
export type PromptOverrides = z.infer<typeof PromptOverrides>;

/** `GET …/prompt-overrides` of an org: what it has written, and what its users get from that. */
export const OrgPromptOverrides = z.object({
  org: OrgId,
  overrides: PromptOverrides,
  resolved: z.record(PromptSlot, z.string()),
});
export type OrgPromptOverrides = z.infer<typeof OrgPromptOverrides>;

/** Who has written a part of the prompt; `system` for what is made for each message. */
export const PromptOrigin = z.enum(['user', 'persona', 'org', 'default', 'system']);
export type PromptOrigin = z.infer<typeof PromptOrigin>;

export const PromptPreviewQuery = Named.extend({ persona: z.string().max(64).optional() });

/** `GET /api/v1/prompt-preview`: what the model would be told if a conversation began now. */
export const PromptPreview = z.object({
  org: OrgId,
  user_id: UserId,
  persona: z.string().nullable(),
  model: z.string(),
  /** Names of the tools that the model is offered. */
  tools: z.array(z.string()),
  /** In their order; without those that are empty. */
  parts: z.array(
    z.object({
      name: z.string(),
      origin: PromptOrigin,
      /** Belongs to the beginning that is the same for many messages, and is kept in the prompt cache. */
      cached: z.boolean(),
      text: z.string(),
    }),
  ),
  /** The whole prompt. */
  text: z.string(),
});
export type PromptPreview = z.infer<typeof PromptPreview>;

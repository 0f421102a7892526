import { z } from 'zod';
import { Named } from './api/query.ts';
import { boundedText, refusal } from './text.ts';

/** UTF-8 bytes of the whole document. */
export const NOTEBOOK_MAX_BYTES = 131_072;
const NAME_MAX_CHARS = 200;

/** Names by which JavaScript means something else. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** A section's name without the blanks around it; undefined when a section cannot be called that (BT-72). */
export function toSectionName(name: string): string | undefined {
  const trimmed = name.trim();
  const isName =
    trimmed !== '' &&
    trimmed.length <= NAME_MAX_CHARS &&
    trimmed.isWellFormed() &&
    !/\p{Cc}|\p{Zl}|\p{Zp}/u.test(trimmed) &&
    !RESERVED.has(trimmed);
  return isName ? trimmed : undefined;
}

/** The same in a path. */
export const SectionName = z.string().transform((name, context) => {
  const given = toSectionName(name);
  if (given !== undefined) return given;
  context.addIssue({
    code: 'custom',
    message: `a section's name has 1 to ${NAME_MAX_CHARS} characters on one line`,
    params: refusal('INVALID_SECTION_NAME'),
  });
  return z.NEVER;
});

const Time = z.iso.datetime();

export const NotebookSectionView = z
  .object({
    name: z.string(),
    /** Markdown. */
    content: z.string(),
    /** UTF-8 bytes, heading included. */
    bytes: z.int().nonnegative(),
    pinned: z.boolean(),
    created_at: Time,
    /** Of its content; whoever changes it names the time that they have seen. */
    updated_at: Time,
  })
  .meta({ id: 'NotebookSection' });
export type NotebookSectionView = z.infer<typeof NotebookSectionView>;

/** `GET /api/v1/notebook`; pinned sections first, then in the order in which they were made. */
export const NotebookView = z.object({
  sections: z.array(NotebookSectionView),
  bytes: z.int().nonnegative(),
  max_bytes: z.int().positive(),
});
export type NotebookView = z.infer<typeof NotebookView>;

/** Body of `PUT /api/v1/notebook/sections/:name`; what is left out stays as it is. */
export const SectionWrite = Named.extend({
  content: boundedText({ name: 'content', maxChars: NOTEBOOK_MAX_BYTES }).optional(),
  pinned: z.boolean().optional(),
  /** `updated_at` as it was seen, null for a section that is not there yet; 409 when it is another one by now. */
  expected_updated_at: Time.nullable().optional(),
}).refine(({ content, pinned }) => content !== undefined || pinned !== undefined, {
  error: 'there is nothing to change: give content or pinned',
  params: refusal('INVALID_FIELD'),
});
export type SectionWrite = z.infer<typeof SectionWrite>;

/** A notebook as administrators get it (BT-16). */
export const MemoryView = z.object({
  /** The whole document as Markdown. */
  content: z.string(),
  /** Its table of contents as the model gets it. */
  toc: z.string(),
  entries: z.record(
    z.string(),
    z.object({ createdAt: Time, updatedAt: Time, pinned: z.boolean() }),
  ),
});
export type MemoryView = z.infer<typeof MemoryView>;

export const MemoryCleared = z.object({ message: z.literal('User memory cleared') });
export type MemoryCleared = z.infer<typeof MemoryCleared>;

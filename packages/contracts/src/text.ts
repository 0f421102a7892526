import { z } from 'zod';

/** The finer name of a refusal; zod carries it in an issue's `params` and the HTTP border puts it into `reason`. */
export interface RefusalParams {
  readonly reason: string;
}

/** Builds the `params` of a refinement, so that a refusal keeps its finer name up to the HTTP border. */
export function refusal(reason: string): RefusalParams {
  return { reason };
}

/** True for text that every store and model can carry: no U+0000, no lone surrogate. */
export function isCarriableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

interface TextLimits {
  readonly name: string;
  readonly maxChars: number;
  /** Reason given when the text is longer than `maxChars`. */
  readonly tooLong?: string;
}

/** Text from outside: carriable and at most `maxChars` UTF-16 units long. */
export function boundedText({ name, maxChars, tooLong = 'INVALID_FIELD' }: TextLimits) {
  return z
    .string({ error: `${name} must be a string` })
    .refine((text) => text.length <= maxChars, {
      error: `${name} is longer than ${maxChars} characters`,
      params: refusal(tooLong),
    })
    .refine(isCarriableText, {
      error: `${name} holds U+0000 or a lone surrogate`,
      params: refusal('INVALID_TEXT'),
    })
    .meta({ maxLength: maxChars });
}

import { createHash } from 'node:crypto';

/** The signature of a thinking block; only the text that it was made for fits it. */
export function signThinking(thinking: string): string {
  return createHash('sha256').update(`bakerst thinking\n${thinking}`).digest('base64');
}

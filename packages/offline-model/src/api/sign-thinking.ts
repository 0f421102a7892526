import { openHash } from '../open-hash.ts';

/** The signature of a thinking block; only the text that it was made for fits it. */
export function signThinking(thinking: string): string {
  return openHash().update(`bakerst thinking\n${thinking}`).digest('base64');
}

import { SECRET_MASK } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

/** Of a shorter one the last four characters would tell too much. */
const SHOWS_END_CHARS = 16;
const END_CHARS = 4;

/** What is shown of a secret. */
export function maskSecret(secret: string): string {
  return secret.length < SHOWS_END_CHARS ? SECRET_MASK : SECRET_MASK + secret.slice(-END_CHARS);
}

/** A secret as it was written, and what there was before. */
interface WrittenSecret {
  readonly name: string;
  readonly written: string | null | undefined;
  readonly stored: string | undefined;
  /** Whoever would be told the stored one is who has been told it so far. */
  readonly isSameReceiver: boolean;
}

/**
 * The secret that is meant: left out or masked, the stored one. Throws AppError VALIDATION_ERROR for a mask of another
 * one, and when the stored one would go somewhere else: whoever may write an entry is not to learn what is in it.
 */
export function resolveSecret(secret: WrittenSecret): string | undefined {
  const { name, written, stored, isSameReceiver } = secret;
  if (written === null || written === '') return undefined;
  const isMasked = written?.startsWith(SECRET_MASK) === true;
  if (written !== undefined && !isMasked) return written;
  if (isMasked && (stored === undefined || written !== maskSecret(stored)))
    throw invalid(`${name} is masked and stands for no secret that is stored`);
  if (stored === undefined || isSameReceiver) return stored;
  throw invalid(`${name} must be sent anew, for it would go elsewhere than before`);
}

/** A text that is hidden wherever it shows up; what looks like a word would be taken out of every text. */
export function isHideable(secret: string): boolean {
  if (/\s/.test(secret) || /^(\/|https?:\/\/[^@]*$)/.test(secret)) return false;
  return secret.length >= 20 || (secret.length >= 8 && /\d/.test(secret));
}

function invalid(message: string): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason: 'INVALID_FIELD' });
}

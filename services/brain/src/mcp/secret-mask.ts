import { SECRET_MASK } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';

/** Of a shorter one the last four characters would tell too much. */
const SHOWS_END_CHARS = 16;
const END_CHARS = 4;
/** Shorter ones are not told from what people write. */
const HIDEABLE_CHARS = 16;
/** Between the words of getToolDefinitions, Content-Type or MAX_RETRIES. */
const WORD_END = /[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])/;
const WORD = /^([A-Z]?[a-z]+|[A-Z]+)$/;
const ADDRESS = /^[\w+.-]+:\/\//;

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

/**
 * A text that is hidden wherever it shows up, in the texts of every org: so nothing that others may write too, such as a
 * short text, words, a path or an address without a password.
 */
export function isHideable(secret: string): boolean {
  if (secret.length < HIDEABLE_CHARS || /\s/.test(secret)) return false;
  if (ADDRESS.test(secret))
    return secret.replace(ADDRESS, '').split('/')[0]?.includes('@') === true;
  return isPath(secret) ? partsOf(secret).some(isHideable) : isMixed(secret);
}

function isMixed(text: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(text));
  return kinds.length > 1 && !areWords(text.split(WORD_END).filter((part) => part !== ''));
}

function areWords(parts: readonly string[]): boolean {
  return parts.every((part) => part.length > 1 && WORD.test(part));
}

/** A secret in base64 may begin with a slash too, but then some part of it is one. */
function isPath(text: string): boolean {
  return text.startsWith('/') && partsOf(text).length > 1;
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function invalid(message: string): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason: 'INVALID_FIELD' });
}

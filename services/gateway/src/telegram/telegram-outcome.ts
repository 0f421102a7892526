import { GrammyError, HttpError } from 'grammy';

/** Why a call of the Bot API has failed. */
export type Failure =
  /** What was to be said is not as the server wants it: its looks are, or what nobody has met yet. */
  | 'format'
  /** The message is so already. */
  | 'unchanged'
  /** The message that is to be changed is gone, or is a file. */
  | 'gone'
  /** For good: blocked, kicked, the chat is gone. */
  | 'refused'
  /** The token is wrong. */
  | 'token'
  /** Somebody else reads the updates. */
  | 'conflict'
  /** It was certainly not done, and may be another time. */
  | 'later'
  /** It may have been done. */
  | 'unknown';

/** No connection was made, so nothing was said. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const GONE =
  /message to edit not found|message can't be edited|no text in the message to edit|MESSAGE_ID_INVALID/i;
/** About where it was to be said, and by whom: in other words it is said no more. */
const PLACE =
  /\bchat\b|\buser\b|\bbot\b|rights|administrator|topic|thread|forbidden|\b(?:chat|channel|peer|user)_/i;

export function toFailure(err: unknown): Failure {
  if (err instanceof GrammyError) return ofAnswer(err);
  if (err instanceof HttpError && NEVER_CONNECTED.has(codeOf(err.error))) return 'later';
  return 'unknown';
}

/** What is to be logged or reported of it: no address, for it holds the token. */
export function toReason(err: unknown): string {
  if (err instanceof GrammyError) return `${err.error_code} ${err.description}`;
  if (err instanceof HttpError) return `no answer (${String(codeOf(err.error) ?? 'timeout')})`;
  return err instanceof Error ? err.name : 'unknown';
}

/** How long the server asks to wait, where it does. */
export function toRetryAfterMs(err: unknown): number | undefined {
  const seconds = err instanceof GrammyError ? err.parameters.retry_after : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}

function ofAnswer({ error_code: status, description }: GrammyError): Failure {
  if (status === 401 || (status === 404 && description === 'Not Found')) return 'token';
  if (status === 409) return 'conflict';
  if (status === 429) return 'later';
  if (status >= 500) return 'unknown';
  if (status !== 400) return 'refused';
  if (description.includes('message is not modified')) return 'unchanged';
  if (GONE.test(description)) return 'gone';
  return PLACE.test(description) ? 'refused' : 'format';
}

function codeOf(err: unknown): unknown {
  const cause = err instanceof Error ? err.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}

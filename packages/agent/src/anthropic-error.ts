import { Anthropic } from '@anthropic-ai/sdk';
import { AppError, limitOutput } from '@bakerst/kit';
import type { ModelFailure } from './model.ts';

const RETRY_AFTER_MS = 5_000;
const UPSTREAM_MESSAGE_CHARS = 300;

export interface FailedCall {
  /** Some of the reply had come. */
  readonly hasBegun: boolean;
  /** Hides the credential, which a server may repeat in what it says of it. */
  readonly redact: (text: string) => string;
}

/** Puts a failure of the SDK into our words; anything that is none of its errors is returned as it is. */
export function toModelError(err: unknown, call: FailedCall): unknown {
  const { hasBegun } = call;
  if (err instanceof Anthropic.APIConnectionTimeoutError)
    return modelTimeout('the model gave no answer in time', err);
  if (err instanceof Anthropic.APIConnectionError)
    return hasBegun
      ? modelError(
          'MODEL_REPLY_CUT',
          'the connection to the model broke in the middle of a reply',
          err,
        )
      : modelError('UPSTREAM_UNAVAILABLE', 'the model cannot be reached', err);
  if (err instanceof Anthropic.APIError) return fromStatus(err, call);
  // The SDK hands on what its parser or the connection throws in the middle of a stream.
  if (hasBegun && err instanceof Error)
    return modelError('MODEL_REPLY_CUT', 'the reply of the model broke off', err);
  return err;
}

/** An AppError that says which way the model failed. */
export function modelError(failure: ModelFailure, message: string, cause?: unknown): AppError {
  return new AppError('CLAUDE_API_ERROR', message, {
    cause,
    reason: failure,
    ...(isTransient(failure) && { retryAfterMs: retryAfterOf(cause) }),
  });
}

/** Nothing came in time. */
export function modelTimeout(message: string, cause?: unknown): AppError {
  const reason: ModelFailure = 'UPSTREAM_UNAVAILABLE';
  return new AppError('TIMEOUT_ERROR', message, { cause, reason, retryAfterMs: RETRY_AFTER_MS });
}

function isTransient(failure: ModelFailure): boolean {
  return failure === 'UPSTREAM_UNAVAILABLE' || failure === 'MODEL_REPLY_CUT';
}

function retryAfterOf(cause: unknown): number {
  const header =
    cause instanceof Anthropic.APIError ? cause.headers?.get('retry-after') : undefined;
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : RETRY_AFTER_MS;
}

function fromStatus(
  err: InstanceType<typeof Anthropic.APIError>,
  { hasBegun, redact }: FailedCall,
): AppError {
  const { status } = err;
  if (status === 401 || status === 403)
    return modelError(
      'MODEL_KEY_REFUSED',
      'the model refused the key: give another one on the page, or correct ANTHROPIC_API_KEY in .env-secrets and start again',
      err,
    );
  if (status === 404) return modelError('MODEL_NOT_FOUND', 'the model does not exist there', err);
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return modelError('MODEL_REQUEST_REFUSED', redact(refusalText(err)), err);
  return hasBegun
    ? modelError('MODEL_REPLY_CUT', 'the model broke off its reply', err)
    : modelError('UPSTREAM_UNAVAILABLE', 'the model is overloaded or away', err);
}

function refusalText(err: InstanceType<typeof Anthropic.APIError>): string {
  const why = limitOutput(err.apiMessage ?? 'no reason given', {
    maxChars: UPSTREAM_MESSAGE_CHARS,
  });
  return `the model refused the request: ${why}`;
}

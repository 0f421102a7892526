import { CALLBACK_FIELDS, type ChatRequest } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { type AllowedHosts, checkUrl } from '@bakerst/kit/url-guard';
import type { WantedCallback } from '../callbacks/callback.ts';

const DEFAULT_MODE = 'iteration';
const DEFAULT_THROTTLE_SECONDS = 5;

/**
 * Who is to be called back, if anybody. Throws AppError VALIDATION_ERROR when not all is said that is needed for it
 * (reason CALLBACK_INCOMPLETE), AUTHORIZATION_ERROR for an address that is not allowed (URL_NOT_ALLOWED), as it is
 * refused everywhere (design section 7).
 */
export function readCallback(
  request: ChatRequest,
  allowedHosts: AllowedHosts,
): WantedCallback | undefined {
  return asksForCallback(request) ? requireCallback(request, allowedHosts) : undefined;
}

/** The same for a route that answers by callbacks alone. */
export function requireCallback(request: ChatRequest, allowedHosts: AllowedHosts): WantedCallback {
  const {
    progress_callback_url: url,
    message_key: messageKey,
    progress_mode: mode = DEFAULT_MODE,
    progress_throttle_seconds: throttleSeconds = DEFAULT_THROTTLE_SECONDS,
  } = request;
  if (url === undefined || messageKey === undefined)
    throw new AppError(
      'VALIDATION_ERROR',
      'progress_callback_url and message_key are required for callbacks',
      { reason: 'CALLBACK_INCOMPLETE' },
    );
  checkUrl(url, allowedHosts);
  return { url, mode, throttleMs: Math.round(throttleSeconds * 1_000), messageKey };
}

/** For a route that calls nobody back (BT-06). */
export function refuseCallback(request: ChatRequest): void {
  const field = CALLBACK_FIELDS.find((name) => request[name] !== undefined);
  if (field === undefined) return;
  throw new AppError('VALIDATION_ERROR', `${field} is not supported here`, {
    reason: 'CALLBACK_NOT_SUPPORTED',
  });
}

function asksForCallback(request: ChatRequest): boolean {
  return CALLBACK_FIELDS.some((name) => request[name] !== undefined);
}

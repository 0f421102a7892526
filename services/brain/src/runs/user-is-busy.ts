import { AppError } from '@bakerst/kit';

const RETRY_AFTER_MS = 5_000;

/** The answer to a second message while the first one of the user is on (BT-20, word for word). */
export function userIsBusy(): AppError {
  return new AppError(
    'CONCURRENT_REQUEST_REJECTED',
    'Another request for this user is currently being processed. Please retry.',
    { title: 'Request in progress', retryAfterMs: RETRY_AFTER_MS },
  );
}

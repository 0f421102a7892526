import type { ErrorBody } from '@bakerst/contracts';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Metrics } from '../metrics/ports.ts';
import { readAway } from './read-away.ts';

/** What body-parser and Express say of a request that they refuse. */
const HttpError = z.object({
  status: z.int().min(400).max(499),
  type: z.string().optional(),
  code: z.string().optional(),
});

interface ErrorHandlerDeps {
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'requestRefused'>;
  /** What a cause may tell of by accident. */
  readonly secrets: Pick<Secrets, 'redact'>;
  readonly clock: Clock;
}

/** Answers every error as JSON, whatever threw it; the one place where errors become HTTP. */
export function createErrorHandler({
  log,
  metrics,
  secrets,
  clock,
}: ErrorHandlerDeps): ErrorRequestHandler {
  return (err, request, response, next) => {
    const error = toAppError(err);
    const requestId = requestIdOf(response);
    if (error.code === 'INTERNAL_ERROR') log.error({ err, requestId }, 'request met a bug');
    else log.debug({ requestId, code: error.code, reason: error.reason }, 'request refused');
    if (error.status === 429) metrics.requestRefused(error.code);
    if (response.headersSent) {
      // A second status line cannot follow; the stream has told its own end.
      next(err);
      return;
    }
    void readAway(request, clock).then(() => {
      // A body that was not read to its end would be taken for the next request.
      if (!request.complete) response.setHeader('Connection', 'close');
      sendError(response, error, secrets);
    });
  };
}

function sendError(response: Response, error: AppError, { redact }: Pick<Secrets, 'redact'>): void {
  const body: ErrorBody = error.toBody(requestIdOf(response));
  if (error.retryAfterMs !== undefined)
    response.setHeader('Retry-After', String(Math.ceil(error.retryAfterMs / 1_000)));
  if (error.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response
    .status(error.status)
    .type('json')
    .send(redact(JSON.stringify(body)));
}

export function requestIdOf(response: Response): string {
  const id: unknown = response.locals['requestId'];
  return typeof id === 'string' ? id : '';
}

function toAppError(err: unknown): AppError {
  if (err instanceof AppError) return err;
  const http = HttpError.safeParse(err).data;
  if (http !== undefined) return fromHttpError(http);
  return new AppError('INTERNAL_ERROR', 'something went wrong here; the log knows more', {
    cause: err,
  });
}

function fromHttpError({ status, type = '' }: z.infer<typeof HttpError>): AppError {
  if (status === 413)
    return new AppError('PAYLOAD_TOO_LARGE', 'the body is too large', {
      reason: 'PAYLOAD_TOO_LARGE',
    });
  if (status === 415)
    return new AppError('UNSUPPORTED_MEDIA_TYPE', 'the body must be JSON in UTF-8', {
      reason: 'UNSUPPORTED_MEDIA_TYPE',
    });
  if (type === 'entity.verify.failed')
    return new AppError('VALIDATION_ERROR', 'the body is not valid UTF-8', {
      reason: 'INVALID_TEXT',
    });
  if (type === 'entity.parse.failed')
    return new AppError('VALIDATION_ERROR', 'Invalid JSON body', { reason: 'INVALID_JSON' });
  return new AppError('VALIDATION_ERROR', 'the request cannot be read', {
    reason: 'INVALID_REQUEST',
    status,
  });
}

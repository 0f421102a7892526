import { z } from 'zod';

/** The meaning of a refusal; texts beside it are for people. */
export const ErrorCode = z.enum([
  'VALIDATION_ERROR',
  'AUTHENTICATION_ERROR',
  'AUTHORIZATION_ERROR',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_MISMATCH',
  'CONCURRENT_REQUEST_REJECTED',
  'RATE_LIMIT_EXCEEDED',
  'QUEUE_DEPTH_EXCEEDED',
  'STREAM_LIMIT',
  'INTERNAL_ERROR',
  'NOT_IMPLEMENTED',
  'CLAUDE_API_ERROR',
  'UNAVAILABLE',
  'TIMEOUT_ERROR',
  'STORAGE_FULL',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** The HTTP status of each code. */
export const ErrorStatuses: Readonly<Record<ErrorCode, number>> = {
  VALIDATION_ERROR: 400,
  AUTHENTICATION_ERROR: 401,
  AUTHORIZATION_ERROR: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_MISMATCH: 422,
  CONCURRENT_REQUEST_REJECTED: 429,
  RATE_LIMIT_EXCEEDED: 429,
  QUEUE_DEPTH_EXCEEDED: 429,
  STREAM_LIMIT: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  CLAUDE_API_ERROR: 502,
  UNAVAILABLE: 503,
  TIMEOUT_ERROR: 504,
  STORAGE_FULL: 507,
};

/** The body of every answer that is not a success. */
export const ErrorBody = z
  .object({
    error: z.string(),
    code: ErrorCode,
    message: z.string(),
    reason: z.string().optional(),
    request_id: z.string(),
    /** Which of the MCP servers of a body is refused. */
    server_id: z.string().optional(),
    retry_after_ms: z.number().int().nonnegative().optional(),
  })
  .meta({ id: 'Error' });
export type ErrorBody = z.infer<typeof ErrorBody>;

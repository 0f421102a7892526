import cors from 'cors';
import type { RequestHandler } from 'express';

/** How long a browser may keep what it was told. */
const MAX_AGE_S = 600;

/**
 * Lets pages of these origins use the API from a browser; `*` stands for every one. Credentials are Bearer tokens that
 * a page has to have, never cookies that a browser sends by itself.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Last-Event-ID',
      'X-Request-Id',
    ],
    exposedHeaders: ['X-Request-Id', 'X-Run-Id', 'X-Conversation-Id', 'Retry-After', 'Allow'],
    maxAge: MAX_AGE_S,
    credentials: false,
  });
}

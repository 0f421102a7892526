import { createHash } from 'node:crypto';
import { AppError } from '@bakerst/kit';
import type { Request, Response } from 'express';
import type { z } from 'zod';

/** Sends JSON that can be changed, with the tag of this state of it (RFC 9110, 8.8.3). */
export function sendTagged<T extends z.ZodType>(
  response: Response,
  schema: T,
  body: z.input<T>,
): void {
  const shown = schema.parse(body);
  response.setHeader('ETag', toTag(shown));
  response.json(shown);
}

/**
 * What a change has to ask before it is made, in its transaction: whether the state is still the one that the caller has
 * seen. Throws AppError VALIDATION_ERROR, status 412, when `If-Match` names another one.
 */
export function readPrecondition<T extends z.ZodType>(
  request: Request,
  schema: T,
): (current: z.input<T>) => void {
  const wanted = request.get('If-Match');
  return (current) => {
    if (wanted === undefined || wanted === '*') return;
    const tags = wanted.split(',').map((tag) => tag.trim());
    if (tags.includes(toTag(schema.parse(current)))) return;
    throw new AppError('VALIDATION_ERROR', 'somebody else has changed this meanwhile', {
      reason: 'PRECONDITION_FAILED',
      status: 412,
    });
  };
}

function toTag(shown: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(shown)).digest('base64url');
  return `"${hash.slice(0, 22)}"`;
}

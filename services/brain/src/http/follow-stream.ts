import { AppError } from '@bakerst/kit';
import type { Request, Response } from 'express';
import { type FollowedRun, type FollowRunDeps, followRun } from '../runs/follow-run.ts';
import { openSse } from './sse.ts';
import type { StreamLimit } from './stream-limit.ts';

export interface FollowStreamDeps extends FollowRunDeps {
  readonly streams: StreamLimit;
  /** Aborted when this process is about to end. */
  readonly stopping: AbortSignal;
}

/** A place among the streams of a user, then its whole life: every event of the run until the terminal one. */
export async function streamRun(
  deps: FollowStreamDeps,
  followed: FollowedRun,
  response: Response,
): Promise<void> {
  using stream = openSse(response, deps.clock);
  const signal = AbortSignal.any([stream.closed, deps.stopping]);
  await followRun(deps, followed, { tell: stream.tell, signal });
  if (deps.stopping.aborted) stream.tell({ line: '{"type":"reconnect"}', place: undefined });
}

/** A client that takes JSON alone would wait for an answer that never is JSON. */
export function refuseOtherMediaTypes(request: Request): void {
  if (request.accepts('text/event-stream') !== false) return;
  throw new AppError('VALIDATION_ERROR', 'this route answers with text/event-stream', {
    reason: 'NOT_ACCEPTABLE',
    status: 406,
  });
}

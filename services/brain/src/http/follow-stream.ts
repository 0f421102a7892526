import type { StreamEvent } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Request, Response } from 'express';
import { type FollowedRun, type FollowRunDeps, followRun } from '../runs/follow-run.ts';
import { openSse } from './sse.ts';
import type { StreamLimit } from './stream-limit.ts';

export interface FollowStreamDeps extends FollowRunDeps {
  readonly streams: StreamLimit;
  /** Aborted when the streams of this process end; whoever reads comes back elsewhere. */
  readonly stopping: AbortSignal;
  /** Aborted when this process ends: an answer that has not come by then does not come from here. */
  readonly ending: AbortSignal;
}

/** A run that a reader follows, and how the stream begins when the run waits for its turn (202). */
export interface StreamedRun extends FollowedRun {
  readonly opening?: StreamEvent;
}

/** The whole life of a run: every event until the terminal one. */
export async function streamRun(
  deps: FollowStreamDeps,
  followed: StreamedRun,
  response: Response,
): Promise<void> {
  const { opening } = followed;
  await using stream = openSse(response, deps.clock, opening === undefined ? 200 : 202);
  if (opening !== undefined) stream.tell({ line: JSON.stringify(opening), place: undefined });
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

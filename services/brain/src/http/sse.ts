import { toEventId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Response } from 'express';
import type { FeedEvent } from '../runs/event-log.ts';
import { openReader } from './reader.ts';
import { isStillAllowed } from './route.ts';

/** Keeps proxies and phones from taking a quiet stream for a dead one. */
const COMMENT_MS = 15_000;

/** One open stream of `data:` lines; it is over once all of it has been taken, or the reader is gone. */
export interface SseStream extends AsyncDisposable {
  /** Aborted when the reader is gone, or reads nothing. */
  readonly closed: AbortSignal;
  tell(event: Pick<FeedEvent, 'line' | 'place'>): void;
}

/** Begins the answer; `status` is 200 unless what is followed has yet to begin. */
export function openSse(response: Response, clock: Clock, status: 200 | 202 = 200): SseStream {
  const closed = new AbortController();
  response.writeHead(status, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  });
  // The first event mostly follows at once: then it leaves together with the headers.
  setImmediate(() => response.flushHeaders());
  response.on('close', () => closed.abort());
  if (response.closed || response.destroyed) closed.abort();
  // The socket's own failure says no more than its end, which `close` reports.
  response.on('error', () => closed.abort());
  const reader = openReader(response, clock, () => closed.abort());
  const write = (text: string): void => {
    if (!closed.signal.aborted) reader.write(text);
  };
  const comments = clock.every(COMMENT_MS, () => {
    if (isStillAllowed(response)) return write(': still here\n\n');
    closed.abort();
    reader.breakOff();
  });
  return {
    closed: closed.signal,
    tell({ line, place }) {
      const id = place === undefined ? '' : `id: ${toEventId(place)}\n`;
      write(`${id}data: ${line}\n\n`);
    },
    async [Symbol.asyncDispose]() {
      comments[Symbol.dispose]();
      reader.end();
      await reader.gone;
    },
  };
}

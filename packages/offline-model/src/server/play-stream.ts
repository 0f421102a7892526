import type { ServerResponse } from 'node:http';
import type { EncodedStream } from '../reply/encode-stream.ts';
import { encodeEvent } from '../reply/encode-stream.ts';
import type { Pace, StreamFault } from '../reply/reply.ts';
import { cutOff } from './received-request.ts';

const MALFORMED = 'event: content_block_delta\ndata: {"type":"content_block_delta","ind\n\n';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
} as const;

interface Play {
  readonly pace: Pace;
  readonly fault?: StreamFault | undefined;
}

interface Score {
  readonly chunks: readonly string[];
  /** What becomes of the connection after the last chunk. */
  readonly ending: 'end' | 'hang' | 'cut';
}

/** Sends a stream at its pace. Nothing is left running once the client is gone. */
export function playStream(
  response: ServerResponse,
  stream: EncodedStream,
  { pace, fault }: Play,
): void {
  response.writeHead(200, HEADERS);
  const { chunks, ending } = fault === undefined ? toWhole(stream) : toFaulty(stream, fault);
  const startedAt = performance.now() + pace.firstByteMs;
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  const step = (): void => {
    const due = countDue(performance.now() - startedAt, pace.deltaMs, chunks.length);
    const bytes = joinChunks(chunks, sent, due);
    sent = Math.max(sent, due);
    if (sent === chunks.length) finish(response, bytes, ending);
    else if (bytes !== undefined && !response.write(bytes)) response.once('drain', step);
    else timer = setTimeout(step, delayUntil(startedAt + sent * pace.deltaMs));
  };
  response.once('close', () => clearTimeout(timer));
  if (pace.firstByteMs > 0) timer = setTimeout(step, pace.firstByteMs);
  else step();
}

function toWhole({ head, deltas, tail }: EncodedStream): Score {
  const texts = deltas.length === 0 ? [''] : [...deltas];
  texts[0] = head + texts[0];
  texts[texts.length - 1] += tail;
  return { chunks: texts, ending: 'end' };
}

function toFaulty({ head, deltas }: EncodedStream, fault: StreamFault): Score {
  const [first = '', ...rest] = deltas.slice(0, fault.afterDeltas);
  const chunks = [head + first, ...rest];
  switch (fault.kind) {
    case 'hang':
    case 'cut':
      return { chunks, ending: fault.kind };
    case 'malformed':
      return { chunks: [...chunks, MALFORMED], ending: 'end' };
    case 'error': {
      const { type, message } = fault;
      const event = encodeEvent({ type: 'error', error: { type, message } });
      return { chunks: [...chunks, event], ending: 'end' };
    }
    default:
      return fault satisfies never;
  }
}

/** How many chunks should have left by now: a late timer catches up instead of shifting all that follows. */
function countDue(elapsedMs: number, deltaMs: number, count: number): number {
  if (deltaMs === 0) return count;
  return Math.min(count, Math.max(0, Math.floor(elapsedMs / deltaMs) + 1));
}

function delayUntil(at: number): number {
  return Math.max(1, Math.ceil(at - performance.now()));
}

function joinChunks(chunks: readonly string[], from: number, to: number): string | undefined {
  if (to <= from) return undefined;
  return to === from + 1 ? chunks[from] : chunks.slice(from, to).join('');
}

function finish(
  response: ServerResponse,
  bytes: string | undefined,
  ending: Score['ending'],
): void {
  if (ending === 'end') response.end(bytes);
  else response.write(bytes ?? '', () => ending === 'cut' && cutOff(response));
}

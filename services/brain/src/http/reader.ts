import type { Clock } from '@bakerst/kit';
import type { Response } from 'express';

/** What is given to the socket at a time, so that it can be seen whether the reader takes it. */
const PIECE_BYTES = 64 * 1024;
/** What may wait for a reader that takes nothing of it. */
const WAITING_BYTES = 1024 * 1024;
/** How long it may take nothing. */
const READ_MS = 10_000;
/** What may wait for any reader: whoever comes back gets all that it has missed at once, over whatever line. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

/** Whoever is at the other end of an answer that is written piece by piece. */
export interface Reader {
  write(text: string): void;
  /** Ends the answer once all of it has been taken. */
  end(): void;
  /** Ends the answer without what nobody has taken yet. */
  breakOff(): void;
  /** Resolves once the answer has left, or never will: until then what waits takes room. */
  readonly gone: Promise<void>;
}

/**
 * Writes to a reader for as long as it reads, however slowly; nobody waits for it. One that does not read is cut off,
 * which `cutOff` is told.
 */
export function openReader(response: Response, clock: Clock, cutOff: () => void): Reader {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isFull = false;
  let isEnding = false;
  let hasTaken = true;
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();

  const give = (): void => {
    while (!isFull) {
      const piece = waiting.shift();
      if (piece === undefined) break;
      waitingBytes -= piece.length;
      isFull = !response.write(piece);
    }
    if (isEnding && waiting.length === 0) response.end();
  };
  const cut = (): void => {
    cutOff();
    response.destroy();
  };
  // What is told has an end: nobody waits long for somebody to take the rest of it.
  const isTooMuch = (): boolean => isEnding || waitingBytes > WAITING_BYTES;
  const looks = clock.every(READ_MS, () => {
    if (!hasTaken && isTooMuch()) cut();
    hasTaken = false;
  });
  response.on('drain', () => {
    isFull = false;
    hasTaken = true;
    give();
  });
  const close = (): void => {
    looks[Symbol.dispose]();
    waiting.length = 0;
    leave();
  };
  response.on('close', close);
  // Whoever has left before does not leave again.
  if (response.closed || response.destroyed) close();
  const end = (): void => {
    isEnding = true;
    give();
  };
  return {
    gone,
    write(text) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += PIECE_BYTES)
        waiting.push(bytes.subarray(at, at + PIECE_BYTES));
      waitingBytes += bytes.length;
      give();
      if (waitingBytes > MOST_WAITING_BYTES) cut();
    },
    end,
    breakOff() {
      waiting.length = 0;
      end();
    },
  };
}

const NEWLINE = 0x0a;
/** Of a line that is too long these many bytes at its beginning and its end are kept: they may tell what it is. */
const EDGE_BYTES = 256;

export interface LineReader {
  push(chunk: Buffer): void;
  /** In the middle of a line that is already too long. */
  isOverlong(): boolean;
}

interface LineListener {
  readonly maxBytes: number;
  /** A whole line, without its end. */
  readonly onLine: (line: string) => void;
  /** A line of more than `maxBytes` has ended; of it only the edges are known. */
  readonly onOverlong: (head: string, tail: string) => void;
}

/** Cuts a stream into lines, and never holds more of one than `maxBytes`. */
export function createLineReader({ maxBytes, onLine, onOverlong }: LineListener): LineReader {
  let parts: Buffer[] = [];
  let bytes = 0;
  let overlong: { head: Buffer; tail: Buffer } | undefined;
  const extend = (part: Buffer): void => {
    bytes += part.length;
    if (overlong !== undefined) {
      overlong.tail = lastBytes([overlong.tail, part]);
      return;
    }
    parts.push(part);
    if (bytes <= maxBytes) return;
    const held = parts;
    parts = [];
    overlong = {
      head: Buffer.concat(held, EDGE_BYTES),
      tail: lastBytes(held.slice(-EDGE_BYTES)),
    };
  };
  const end = (): void => {
    if (overlong === undefined) onLine(Buffer.concat(parts).toString('utf8'));
    else onOverlong(overlong.head.toString('latin1'), overlong.tail.toString('latin1'));
    parts = [];
    bytes = 0;
    overlong = undefined;
  };
  return {
    push(chunk) {
      let start = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
        extend(chunk.subarray(start, at));
        end();
        start = at + 1;
      }
      if (start < chunk.length) extend(chunk.subarray(start));
    },
    isOverlong: () => overlong !== undefined,
  };
}

/** A copy, so that no large chunk is held by its end. */
function lastBytes(parts: readonly Buffer[]): Buffer {
  return Buffer.from(
    Buffer.concat(parts.map((part) => part.subarray(-EDGE_BYTES))).subarray(-EDGE_BYTES),
  );
}

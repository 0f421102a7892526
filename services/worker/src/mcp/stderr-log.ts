import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Logger } from '@bakerst/kit';
import { createLineReader } from './line-reader.ts';

const LINE_MAX_BYTES = 2_048;
/** Of one process; what it says after that is read and dropped. */
const LOGGED_MAX_BYTES = 64 * 1024;

/** Writes what a server says beside the protocol into the log, for whoever looks at its debug level. */
export function logStderr(stderr: Readable, log: Logger, redact: (text: string) => string): void {
  let left = LOGGED_MAX_BYTES;
  const write = (line: string): void => {
    if (left <= 0) return;
    left -= line.length;
    log.debug({ line: stripVTControlCharacters(redact(line)) }, 'mcp server said');
    if (left <= 0) log.debug({}, 'mcp server says too much');
  };
  const reader = createLineReader({
    maxBytes: LINE_MAX_BYTES,
    onLine: write,
    onOverlong: (head) => write(`${head} …`),
  });
  stderr.on('data', reader.push);
}

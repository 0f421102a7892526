import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** What of each stream is kept. */
const OUTPUT_MAX_BYTES = 64 * 1024;
/** The beginning of a program's output. */
export interface CommandOutput {
  /** Without the marks of a terminal, trimmed. */
  text(): string;
  isCut(): boolean;
}

/** Reads all, so that the program never waits, and keeps what fits. */
export function createOutput(stream: Readable): CommandOutput {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < OUTPUT_MAX_BYTES) chunks.push(chunk.subarray(0, OUTPUT_MAX_BYTES - bytes));
    bytes += chunk.length;
  });
  return {
    text() {
      const whole = Buffer.concat(chunks).toString('utf8');
      // A character that was cut in two shows as U+FFFD.
      const text = bytes > OUTPUT_MAX_BYTES ? whole.replace(/\uFFFD$/, '') : whole;
      return stripVTControlCharacters(text).replaceAll('\u0000', '').trim();
    },
    isCut: () => bytes > OUTPUT_MAX_BYTES,
  };
}

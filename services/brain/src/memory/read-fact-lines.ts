import { setImmediate } from 'node:timers/promises';
import {
  FACTS_FILE_MAX_BYTES,
  FACTS_FILE_MAX_LINES,
  FactLine,
  isDeeperThan,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';

/** Characters that are parsed in one go: everything else goes on in between. */
const SLICE_CHARS = 32_000;
/** Of a line with as much history as it may have. */
const LINE_MAX_CHARS = 1_000_000;
/** Levels of a line: ours have four. */
const LINE_MAX_DEPTH = 10;

/** Reads a file with facts; throws AppError VALIDATION_ERROR that names the line, or PAYLOAD_TOO_LARGE. */
export async function readFactLines(bytes: AsyncIterable<Buffer>): Promise<readonly FactLine[]> {
  const told: FactLine[] = [];
  let number = 0;
  let parsed = 0;
  for await (const line of splitLines(bytes)) {
    number++;
    if (line.trim() === '') continue;
    if (told.length === FACTS_FILE_MAX_LINES) throw tooLarge(`${FACTS_FILE_MAX_LINES} lines`);
    told.push(readLine(line, number));
    parsed += line.length;
    if (parsed < SLICE_CHARS) continue;
    parsed = 0;
    await setImmediate();
  }
  return told;
}

async function* splitLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let size = 0;
  // Of a line that has not ended: put together once.
  let begun: string[] = [];
  let length = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > FACTS_FILE_MAX_BYTES) throw tooLarge(`${FACTS_FILE_MAX_BYTES} bytes`);
    const [first = '', ...rest] = decode(decoder, piece).split('\n');
    begun.push(first);
    length += first.length;
    const last = rest.pop();
    if (last !== undefined) {
      yield begun.join('');
      yield* rest;
      begun = [last];
      length = last.length;
    }
    if (length > LINE_MAX_CHARS) throw tooLarge(`${LINE_MAX_CHARS} characters in a line`);
  }
  yield `${begun.join('')}${decode(decoder)}`;
}

function decode(decoder: TextDecoder, piece?: Buffer): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch (cause) {
    throw badLine('the file is not UTF-8', cause);
  }
}

function readLine(line: string, number: number): FactLine {
  try {
    const value: unknown = JSON.parse(line);
    if (isDeeperThan(LINE_MAX_DEPTH, value)) throw new Error('nested too deep');
    return FactLine.parse(value);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? '') : 'it is no JSON';
    throw badLine(`line ${number} is no fact: ${why}`, cause);
  }
}

function badLine(message: string, cause: unknown): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason: 'INVALID_FACTS', cause });
}

function tooLarge(most: string): AppError {
  return new AppError('PAYLOAD_TOO_LARGE', `a file of facts has at most ${most}`, {
    reason: 'PAYLOAD_TOO_LARGE',
  });
}

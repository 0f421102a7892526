import {
  FACTS_FILE_MAX_BYTES,
  FACTS_FILE_MAX_LINES,
  FactLine,
  isDeeperThan,
  type Tenant,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { toFactView } from './fact-view.ts';
import type { Fact, FactStore } from './ports.ts';

/** Facts read at a time. */
const CHUNK = 100;
/** Levels of a line: ours have two. */
const LINE_MAX_DEPTH = 10;

/** All facts of a user as JSON lines, piece by piece. */
export function* exportFacts(facts: Pick<FactStore, 'listAll'>, tenant: Tenant): Generator<string> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const some: readonly Fact[] = facts.listAll(tenant, after, CHUNK);
    yield some.map((fact) => `${JSON.stringify(toFactView(fact))}\n`).join('');
    after = some.length < CHUNK ? undefined : some.at(-1)?.seq;
  }
}

/** Reads a file with facts; throws AppError VALIDATION_ERROR that names the line, or PAYLOAD_TOO_LARGE. */
export async function readFactLines(bytes: AsyncIterable<Buffer>): Promise<readonly FactLine[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > FACTS_FILE_MAX_BYTES) throw tooLarge(`${FACTS_FILE_MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  const lines = decode(Buffer.concat(pieces)).split('\n');
  const told = [...lines.entries()].filter(([, line]) => line.trim() !== '');
  if (told.length > FACTS_FILE_MAX_LINES) throw tooLarge(`${FACTS_FILE_MAX_LINES} lines`);
  return told.map(([place, line]) => readLine(line, place + 1));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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

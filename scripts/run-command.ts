import { EX_CONFIG, StartError } from '@bakerst/kit/start-error';
import type { Terminal } from './terminal.ts';

/** Runs one of the npm commands and ends the process with its number, or with 78 and a sentence when the surroundings must change. */
export async function runCommand(
  terminal: Terminal,
  command: () => Promise<number>,
): Promise<never> {
  // NOTE: said outright, for a natural end may never come (see runService).
  process.exit(await toExitCode(terminal, command));
}

async function toExitCode(terminal: Terminal, command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (cause) {
    const sentence = explain(cause);
    if (sentence === undefined) throw cause;
    terminal.complain(sentence);
    return EX_CONFIG;
  }
}

/** Undefined for a bug, which is to be seen whole. */
function explain(cause: unknown): string | undefined {
  if (cause instanceof StartError) return cause.message;
  if (!(cause instanceof Error && 'syscall' in cause && 'code' in cause)) return undefined;
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
    return `the disk is full (${cause.message}): make room and start again`;
  return `the system refused something that is needed: ${cause.message}`;
}

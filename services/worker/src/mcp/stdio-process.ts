import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, Readable, Writable } from 'node:stream';
import type { McpConnection } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { findProgram, SERVER_PATH } from './find-program.ts';
import { McpFault } from './mcp-fault.ts';

const GUARD = join(import.meta.dirname, 'guard-server.sh');
/** All that the guard needs; the server gets another one. */
const GUARD_PATH = '/usr/bin:/bin';
/** The guard takes a second at most; one that takes longer has been tampered with. */
const END_MS = 2_500;
/** A stream that stays open after the whole group was killed has nothing more to say. */
const CLOSE_MS = 500;

export type StdioConnection = Extract<McpConnection, { transport: 'stdio' }>;

/** The process of a server, in a group of its own together with its guard. */
export interface StdioProcess extends AsyncDisposable {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with its exit code, if that was told, once all that it has written is read. */
  readonly ended: Promise<number | undefined>;
}

/** Starts a server in an empty directory of its own. Throws McpFault MCP_UNREACHABLE when it cannot be started. */
export async function startStdioProcess(
  clock: Clock,
  { command, args, env }: StdioConnection,
): Promise<StdioProcess> {
  const program = findProgram(command);
  if (program === undefined)
    throw notStarted(`the program ${command} is not there, or may not be run`);
  const directory = await mkdtemp(join(tmpdir(), 'bakerst-mcp-'));
  const path = `${env['PATH'] ?? SERVER_PATH}:${directory}`;
  try {
    const child = spawn('/bin/sh', [GUARD, directory, path, program, ...args], {
      cwd: directory,
      env: { ...env, PATH: GUARD_PATH },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    child.on('error', () => undefined);
    await once(child, 'spawn');
    return followProcess(clock, child, directory);
  } catch (cause) {
    await rm(directory, { recursive: true, force: true });
    throw notStarted(`the program ${command} could not be started`, cause);
  }
}

function notStarted(message: string, cause?: unknown): McpFault {
  return new McpFault({ code: 'MCP_UNREACHABLE', status: 'unreached' }, message, { cause });
}

function followProcess(clock: Clock, child: ChildProcess, directory: string): StdioProcess {
  const [stdin, stdout, stderr, lifeline] = child.stdio;
  if (
    !(stdin instanceof Writable && stdout instanceof Readable && stderr instanceof Readable) ||
    !(lifeline instanceof Duplex)
  )
    throw new Error('a process without its pipes');
  let told = '';
  lifeline.on('data', (chunk) => {
    told += String(chunk);
  });
  // A process that is gone shows by its end.
  for (const stream of [stdin, stdout, stderr, lifeline]) stream.on('error', () => undefined);
  const closed = once(child, 'close').catch(() => undefined);
  const ended = once(child, 'exit').then(async () => {
    killGroup(child.pid);
    await Promise.race([closed, clock.sleep(CLOSE_MS)]);
    for (const stream of [stdin, stdout, stderr, lifeline]) stream.destroy();
    return /^\d+$/.test(told.trim()) ? Number(told) : undefined;
  });
  return {
    stdin,
    stdout,
    stderr,
    ended,
    async [Symbol.asyncDispose]() {
      using _late = clock.after(END_MS, () => killGroup(child.pid));
      stdin.end();
      lifeline.end();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The group outlives its first process when that has started others. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // NOTE: nobody of the group is left.
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface ProgramOptions {
  /** Source file, relative to the repository. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Options of Node itself. */
  readonly execArgv?: readonly string[];
  /** Open file that its output goes to; through pipes, to be read from `child`, when it is not given. */
  readonly logFd?: number;
}

/** A program of this repository in a process of its own, with an IPC channel whose end it takes for its own. */
export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Exit code, once it has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it with the signal, SIGTERM unless told otherwise, and returns its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a program; its end is awaited by whoever starts it. */
export function startProgram(options: ProgramOptions): Program {
  const { entry, env, args = [], execArgv = [], logFd = 'pipe' } = options;
  const child = spawn(
    process.execPath,
    ['--conditions=bakerst-source', ...execArgv, join(ROOT, entry), ...args],
    {
      env: { NODE_COMPILE_CACHE: join(ROOT, '.cache/compile'), ...env },
      stdio: ['ignore', logFd, logFd, 'ipc'],
    },
  );
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  return {
    child,
    pid: child.pid ?? 0,
    exited,
    signal: (signal) => void child.kill(signal),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return await exited;
    },
  };
}

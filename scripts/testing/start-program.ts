import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

interface ProgramOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A program under test, leader of a process group of its own, as npm start is in a terminal. */
export interface StartedProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Its own pid and that of its process group. */
  readonly pid: number;
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** All that it has written so far, to standard output and error. */
  output(): string;
  /** Resolves when what it has written matches; rejects when it ends without. */
  untilPrinted(pattern: RegExp): Promise<void>;
  signalGroup(signal: NodeJS.Signals): void;
}

/** Starts it; when disposed of, its whole group is killed. */
export function startProgram(command: string, options: ProgramOptions): StartedProgram {
  const { args, env = {}, cwd } = options;
  const child = spawn(command, args, {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...env },
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const closed = once(child, 'close');
  return {
    child,
    pid,
    exited,
    output: () => written,
    untilPrinted: (pattern) => untilPrinted(child, pattern, () => written),
    signalGroup: (signal) => void signalGroup(pid, signal),
    [Symbol.asyncDispose]: async () => {
      signalGroup(pid, 'SIGKILL');
      await exited;
      child.stdout.destroy();
      child.stderr.destroy();
      await closed;
    },
  };
}

function untilPrinted(child: ChildProcess, pattern: RegExp, written: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (pattern.test(written())) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('close', () => reject(new Error(`it ended without ${pattern}:\n${written()}`)));
    look();
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // NOTE: nobody of the group is left.
  }
}

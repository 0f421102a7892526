import { type ChildProcess, spawn } from 'node:child_process';
import { FromChild, type ToChild } from './isolate-messages.ts';
import type { IsolateProgram } from './isolate-program.ts';

/** A sandbox process as the worker sees it. */
export interface IsolateProcess {
  /** Undefined when the system could not start it. */
  readonly pid: number | undefined;
  /** True once it can take code; false when it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves with why it ended: a signal, an exit code, or what hindered it from starting. */
  readonly exited: Promise<string>;
  /** Says nothing when the process is gone: `exited` tells. */
  send(message: ToChild): void;
  /** Calls `hear` for every message until disposed of. */
  listen(hear: (message: FromChild) => void): Disposable;
  /** SIGKILL; a second time it does nothing. */
  kill(): void;
}

export interface ProcessOptions {
  /** V8 makes no machine code at run time: slower by an order of magnitude, and without WebAssembly, so types cannot be stripped. */
  readonly isJitless: boolean;
}

/**
 * Reading its program from stdin, a process needs no file at all; an addon is the one thing it may load.
 * isolated-vm demands `--no-node-snapshot`: isolates of V8's own snapshot beside Node's can crash the process.
 */
const FLAGS: readonly string[] = [
  '--permission',
  '--allow-addons',
  '--no-node-snapshot',
  '--input-type=module',
];

/** Starts a sandbox process: no environment but the time zone, no files, no sockets, no processes of its own, no output. Never throws. */
export function startIsolateProcess(
  program: IsolateProgram,
  { isJitless }: ProcessOptions = { isJitless: false },
): IsolateProcess {
  try {
    const flags = isJitless ? ['--jitless', ...FLAGS] : FLAGS;
    const child = spawn(process.execPath, [...flags, '-'], {
      cwd: '/',
      // Code is to see the same wherever it runs; the system may have another time zone.
      env: { TZ: 'UTC' },
      stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    });
    return followProcess(child, program);
  } catch (cause) {
    // Out of memory or of file descriptors: later there may be some again.
    return stillborn(String(cause));
  }
}

function followProcess(child: ChildProcess, program: IsolateProgram): IsolateProcess {
  const listeners = new Set<(message: FromChild) => void>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<string>();
  const { promise: ready, resolve: settleReady } = Promise.withResolvers<boolean>();
  let refusal: string | undefined;
  const end = (reason: string): void => {
    settleReady(false);
    exit(reason);
  };
  const hear = (message: FromChild): void => {
    if (message.type === 'ready') settleReady(true);
    if (message.type === 'refused') refusal = message.reason;
    for (const listener of listeners) listener(message);
  };
  child.once('exit', (code, signal) => end(refusal ?? signal ?? `exit code ${code}`));
  // Once there is a process, whatever goes wrong with its channels shows as its end.
  child.on('error', (error) => child.pid === undefined && end(error.message));
  child.stdin?.on('error', () => undefined);
  child.on('message', (raw) => {
    const message = FromChild.safeParse(raw);
    if (message.success) hear(message.data);
    // What speaks like that is no longer our program.
    else child.kill('SIGKILL');
  });
  const send = (message: ToChild): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  child.stdin?.end(program.source);
  send(program.start);
  return {
    pid: child.pid,
    ready,
    exited,
    send,
    listen(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function stillborn(reason: string): IsolateProcess {
  return {
    pid: undefined,
    ready: Promise.resolve(false),
    exited: Promise.resolve(reason),
    send: () => undefined,
    listen: () => ({ [Symbol.dispose]: () => undefined }),
    kill: () => undefined,
  };
}

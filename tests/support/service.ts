import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../..');

export interface ServiceOptions {
  readonly name: 'brain' | 'worker';
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** A service of the product in a process of its own, as it is started in production. */
export interface Service {
  readonly pid: number;
  /** Every line it has logged so far. */
  readonly lines: readonly string[];
  /** Resolves with the first log line, past or to come, that has this message. */
  logged(message: string): Promise<Record<string, unknown>>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it with the signal and returns its exit code, null when the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Exit code, once it has ended. */
  readonly exited: Promise<number | null>;
}

/** Starts a service; its end is awaited by whoever starts it. */
export function startService({ name, env, args = [] }: ServiceOptions): Service {
  const child = spawn(
    process.execPath,
    ['--conditions=source', join(ROOT, `services/${name}/src/main.ts`), ...args],
    { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const log = collectLines(child);
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  return {
    pid: child.pid ?? 0,
    lines: log.lines,
    logged: log.logged,
    exited,
    signal: (signal) => void child.kill(signal),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return await exited;
    },
  };
}

interface Waiter {
  readonly message: string;
  readonly found: (line: Record<string, unknown>) => void;
}

function collectLines(child: ChildProcess) {
  const lines: string[] = [];
  const waiters = new Set<Waiter>();
  const take = (line: string): void => {
    lines.push(line);
    const parsed = parseLine(line);
    for (const waiter of waiters)
      if (parsed?.['msg'] === waiter.message) {
        waiters.delete(waiter);
        waiter.found(parsed);
      }
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', take);
  const logged = (message: string): Promise<Record<string, unknown>> =>
    new Promise((found, fail) => {
      const past = lines.map(parseLine).find((line) => line?.['msg'] === message);
      if (past !== undefined) found(past);
      else waiters.add({ message, found });
      child.once('exit', () => fail(new Error(`ended before "${message}":\n${lines.join('\n')}`)));
    });
  return { lines, logged };
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

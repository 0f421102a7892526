import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundleOf } from '../../scripts/bundle/bundle-of.ts';
import { type Program, startProgram } from './program.ts';
import { noteService } from './started-services.ts';

export interface ServiceOptions {
  readonly name: 'brain' | 'gateway' | 'worker';
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** A service of the product in a process of its own, as it is started in production. */
export interface Service extends Omit<Program, 'child'> {
  /** Every line it has logged so far. */
  readonly lines: readonly string[];
  /** Calls `listener` with every further line. */
  onLine(listener: (line: string) => void): void;
  /** Resolves with the first log line, past or to come, that has this message. */
  logged(message: string): Promise<Record<string, unknown>>;
}

/** Starts a service; its end is awaited by whoever starts it. */
export function startService({ name, ...options }: ServiceOptions): Service {
  const { child, ...program } = startProgram({
    ...options,
    entry: bundleOf(name),
  });
  const service = { ...program, ...collectLines(child) };
  noteService({ name, ...service });
  return service;
}

interface Waiter {
  readonly message: string;
  readonly found: (line: Record<string, unknown>) => void;
}

function collectLines(child: ChildProcess) {
  const lines: string[] = [];
  const waiters = new Set<Waiter>();
  const listeners: ((line: string) => void)[] = [];
  const take = (line: string): void => {
    lines.push(line);
    for (const listener of listeners) listener(line);
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
  return {
    lines,
    logged,
    onLine: (listener: (line: string) => void) => void listeners.push(listener),
  };
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

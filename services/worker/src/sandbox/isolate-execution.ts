import type { Clock } from '@bakerst/kit';
import type { FromChild } from './isolate-messages.ts';
import type { IsolateProcess } from './isolate-process.ts';
import type { LogBook } from './log-book.ts';
import { failed, type Outcome, toValueOutcome } from './outcome.ts';
import { readRssMb } from './process-memory.ts';
import { toBodyScript } from './to-body-script.ts';

export interface ProcessRun {
  readonly child: IsolateProcess;
  readonly source: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Filled while the code runs. */
  readonly logs: LogBook;
}

/** An idle process has about 50 MB and its isolate may take 64; code that defeats the isolate's limit grows past this. */
const RSS_LIMIT_MB = 300;
const RSS_CHECK_MS = 50;

/**
 * Runs code in a child process until it ends, in whichever way. The limits are kept here, by SIGKILL: nothing that
 * runs in the child is trusted to stop. Never throws.
 */
export async function runInProcess(clock: Clock, run: ProcessRun): Promise<Outcome> {
  const { child, signal } = run;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const stop = (outcome: Outcome): void => {
    child.kill();
    resolve(outcome);
  };
  const cancel = (): void => stop(failed('CANCELLED', 'the execution was cancelled'));
  const timeOut = (): void =>
    stop(failed('TIMEOUT', `the code did not end within ${run.timeoutMs} ms`));
  const checkMemory = (): void => {
    if (isTooLarge(child)) stop(failed('MEMORY', 'the code used more memory than it may'));
  };
  void child.exited.then(() =>
    resolve(failed('CRASHED', 'the sandbox process ended unexpectedly')),
  );
  using watches = new DisposableStack();
  watches.use(clock.after(run.timeoutMs, timeOut));
  watches.use(clock.every(RSS_CHECK_MS, checkMemory));
  watches.use(child.listen((message) => hear(message, run.logs, resolve)));
  watches.defer(() => signal.removeEventListener('abort', cancel));
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  else void submit(run, resolve);
  return await promise;
}

function isTooLarge({ pid }: IsolateProcess): boolean {
  return pid !== undefined && (readRssMb(pid) ?? 0) > RSS_LIMIT_MB;
}

/**
 * Text that is no JavaScript may be TypeScript. The child is asked to strip the types: 30 nested arrows keep Node's
 * stripper busy for ever, and deep nesting breaks it for the rest of a process's life.
 */
async function submit(
  { child, source }: ProcessRun,
  resolve: (outcome: Outcome) => void,
): Promise<void> {
  const plain = toBodyScript(source);
  if (plain.ok) return child.send({ type: 'run', script: plain.script });
  const stripped = await stripTypes(child, source);
  const typed = stripped === null ? plain : toBodyScript(stripped);
  if (typed.ok) child.send({ type: 'run', script: typed.script });
  else resolve(failed('SYNTAX', plain.message));
}

async function stripTypes(child: IsolateProcess, source: string): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  using _ = child.listen((message) => {
    if (message.type === 'stripped') resolve(message.source);
  });
  child.send({ type: 'strip', source });
  return await promise;
}

function hear(message: FromChild, logs: LogBook, resolve: (outcome: Outcome) => void): void {
  if (message.type === 'logs') logs.add(message.lines);
  if (message.type === 'value') resolve(toValueOutcome(message.json));
  if (message.type === 'failure') resolve(failed(message.code, message.message));
}

import type { LogLine } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { answerCalls, type CallingCode } from './isolate-answer-calls.ts';
import type { FromChild } from './isolate-messages.ts';
import type { IsolateProcess } from './isolate-process.ts';
import type { LogBook } from './log-book.ts';
import { failed, type Outcome, toValueOutcome } from './outcome.ts';
import { readRssMb } from './process-memory.ts';
import { watchLongWork } from './process-priority.ts';
import type { Moment, ToolSession } from './sandbox.ts';
import { toBodyScript } from './to-body-script.ts';

export interface ProcessRun {
  readonly child: IsolateProcess;
  readonly source: string;
  readonly moment: Moment;
  readonly timeoutMs: number;
  readonly tools: ToolSession | undefined;
  readonly signal: AbortSignal;
  /** For children that cannot strip types themselves. */
  readonly startStripper: (() => IsolateProcess) | undefined;
  /** Filled while the code runs. */
  readonly logs: LogBook;
}

/** An idle process has about 50 MB and its isolate may take 64; code that defeats the isolate's limit grows past this. */
const RSS_LIMIT_MB = 300;
const RSS_CHECK_MS = 50;

/** How an execution ended, and what the process is worth after it. */
interface Ended {
  readonly outcome: Outcome;
  /** Tool calls that were taken on. */
  readonly toolCalls: number;
  /** The process was put behind all others; whether it can be put back is for the system to say. */
  readonly isLast: boolean;
}

/**
 * Runs code in a child process until it ends, in whichever way. The limits are kept here, by SIGKILL: nothing that
 * runs in the child is trusted to stop. Never throws.
 */
export async function runInProcess(clock: Clock, run: ProcessRun): Promise<Ended> {
  const { child, signal } = run;
  let isOver = false;
  const code: CallingCode = { child, tools: run.tools, made: 0 };
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
  // Behind what the child has said while this process was paused; once there is an outcome it changes nothing.
  watches.use(clock.after(run.timeoutMs, () => setImmediate(() => isOver || timeOut())));
  watches.use(clock.every(RSS_CHECK_MS, checkMemory));
  const work = watches.use(watchLongWork(clock, child.pid));
  watches.use(
    child.listen((message) => {
      if (message.type !== 'rested') return hear(message, run.logs, resolve);
      work.rests();
      void answerCalls(code, message).then((ending) => {
        if (ending !== undefined) stop(ending);
        else if (!isOver) work.computes();
      });
    }),
  );
  watches.defer(() => signal.removeEventListener('abort', cancel));
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  else void submit(run, resolve);
  work.computes();
  const outcome = await promise;
  isOver = true;
  return { outcome, toolCalls: code.made, isLast: work.isLast };
}

function isTooLarge({ pid }: IsolateProcess): boolean {
  return pid !== undefined && (readRssMb(pid) ?? 0) > RSS_LIMIT_MB;
}

/**
 * Text that is no JavaScript may be TypeScript. The child is asked to strip the types: 30 nested arrows keep Node's
 * stripper busy for ever, and deep nesting breaks it for the rest of a process's life.
 */
async function submit(run: ProcessRun, resolve: (outcome: Outcome) => void): Promise<void> {
  const { child, source, moment } = run;
  const plain = toBodyScript(source, moment);
  if (plain.ok) return child.send({ type: 'run', script: plain.script });
  const stripped = await strip(run);
  const typed = stripped === null ? plain : toBodyScript(stripped, moment);
  if (typed.ok) child.send({ type: 'run', script: typed.script });
  else resolve(failed('SYNTAX', plain.message));
}

async function strip({ child, source, startStripper }: ProcessRun): Promise<string | null> {
  if (startStripper === undefined) return await stripTypes(child, source);
  const stripper = startStripper();
  try {
    if (!(await stripper.ready)) return null;
    return await Promise.race([stripTypes(stripper, source), stripper.exited.then(() => null)]);
  } finally {
    stripper.kill();
  }
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
  if (message.type !== 'value' && message.type !== 'failure') return;
  if (message.unmade !== undefined && message.unmade > 0) logs.add([toWarning(message.unmade)]);
  if (message.type === 'value') resolve(toValueOutcome(message.json));
  else resolve(failed(message.code, message.message));
}

function toWarning(unmade: number): LogLine {
  const message = `${unmade} tool calls were not awaited before the end, and not made`;
  return { level: 'warn', message, timestamp: Date.now() };
}

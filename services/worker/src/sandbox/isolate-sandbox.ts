import { createHash } from 'node:crypto';
import { type SandboxEnvelope, SandboxLimits } from '@bakerst/contracts';
import { type Clock, type Logger, StartError } from '@bakerst/kit';
import { ChildPool } from './child-pool.ts';
import { runInProcess } from './isolate-execution.ts';

import { type IsolateProcess, startIsolateProcess } from './isolate-process.ts';
import { loadIsolateProgram } from './isolate-program.ts';
import { createLogBook } from './log-book.ts';
import { failed, type Outcome, toEnvelope } from './outcome.ts';
import type { Execution, Moment, Sandbox, ToolSession } from './sandbox.ts';

export interface IsolateSandboxOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Processes of about 50 MB each, one per user with code in the last minutes, and one in reserve. */
  readonly maxChildren: number;
  /** Code is interpreted, never compiled (SANDBOX_JITLESS). */
  readonly isJitless?: boolean;
}

/** A sandbox that is to be tried once before it is used. */
export interface IsolateSandbox extends Sandbox {
  /** Starts the process in reserve. Throws StartError when this machine cannot run one. */
  warmUp(): Promise<void>;
}

/** A sandbox of isolates (isolated-vm), each in a process without rights. The isolate is the wall, the process the net. */
export function openIsolateSandbox(options: IsolateSandboxOptions): IsolateSandbox {
  const { clock } = options;
  const program = loadIsolateProgram();
  const isJitless = options.isJitless === true;
  const start = (): IsolateProcess => startIsolateProcess(program, { isJitless });
  const startStripper = isJitless ? () => startIsolateProcess(program) : undefined;
  const pool = new ChildPool({ ...options, start });
  const closing = new AbortController();
  return {
    async warmUp() {
      const failure = await pool.warmUp();
      if (failure !== undefined)
        throw new StartError(`code cannot run here: a sandbox process did not start (${failure})`);
    },
    async run(execution, { signal, tools }) {
      const signals = signal === undefined ? [closing.signal] : [closing.signal, signal];
      return await runCode(
        { pool, clock, tools, startStripper },
        execution,
        AbortSignal.any(signals),
      );
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await pool[Symbol.asyncDispose]();
    },
  };
}

interface RunCodeDeps {
  readonly clock: Clock;
  readonly pool: ChildPool<IsolateProcess>;
  readonly tools: ToolSession | undefined;
  readonly startStripper: (() => IsolateProcess) | undefined;
}

async function runCode(
  { clock, pool, tools, startStripper }: RunCodeDeps,
  { user, requestId, source, timeoutMs, ...moment }: Execution,
  signal: AbortSignal,
): Promise<SandboxEnvelope> {
  const logs = createLogBook();
  const notStarted = (outcome: Outcome): SandboxEnvelope =>
    toEnvelope(outcome, { logs, toolCalls: 0, durationMs: 0 });
  const bytes = Buffer.byteLength(source);
  if (bytes > SandboxLimits.sourceBytes)
    return notStarted(
      failed(
        'SOURCE_TOO_LARGE',
        `the code has ${bytes} bytes, the limit is ${SandboxLimits.sourceBytes}`,
      ),
    );
  const lease = await pool.lease({ user, requestId }, signal);
  if (lease === undefined)
    return notStarted(
      signal.aborted
        ? failed('CANCELLED', 'the execution was cancelled before it started')
        : failed('CRASHED', 'the sandbox process ended while it started'),
    );
  const startedAt = clock.monotonic();
  const { outcome, toolCalls, isLast } = await runInProcess(clock, {
    child: lease.child,
    source,
    moment: toMoment(moment),
    timeoutMs,
    tools,
    startStripper,
    signal,
    logs,
  });
  // Code that ends by itself leaves nothing behind but its isolate; every other end may have hurt the process.
  lease.release((outcome.ok || outcome.code === 'ERROR') && !isLast);
  return toEnvelope(outcome, { logs, toolCalls, durationMs: clock.monotonic() - startedAt });
}

function toMoment({ startsAt, chance }: Pick<Execution, 'startsAt' | 'chance'>): Moment {
  const hash = createHash('sha256').update(chance).digest();
  const seed = [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8)] as const;
  return { at: startsAt, seed };
}

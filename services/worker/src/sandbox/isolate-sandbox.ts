import { type SandboxEnvelope, SandboxLimits } from '@bakerst/contracts';
import { type Clock, type Logger, StartError } from '@bakerst/kit';
import { ChildPool } from './child-pool.ts';
import { runInProcess } from './isolate-execution.ts';
import { type IsolateProcess, startIsolateProcess } from './isolate-process.ts';
import { loadIsolateProgram } from './isolate-program.ts';
import { createLogBook } from './log-book.ts';
import { failed, type Outcome, toEnvelope } from './outcome.ts';
import type { Execution, Sandbox } from './sandbox.ts';

export interface IsolateSandboxOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Processes of about 50 MB each, one per user with code in the last minutes, and one in reserve. */
  readonly maxChildren: number;
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
  const start = (): IsolateProcess => startIsolateProcess(program);
  const pool = new ChildPool({ ...options, start });
  const closing = new AbortController();
  return {
    async warmUp() {
      const failure = await pool.warmUp();
      if (failure !== undefined)
        throw new StartError(`code cannot run here: a sandbox process did not start (${failure})`);
    },
    async run(execution, { signal }) {
      const signals = signal === undefined ? [closing.signal] : [closing.signal, signal];
      return await runCode({ pool, clock }, execution, AbortSignal.any(signals));
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
}

async function runCode(
  { clock, pool }: RunCodeDeps,
  { user, requestId, source, timeoutMs }: Execution,
  signal: AbortSignal,
): Promise<SandboxEnvelope> {
  const logs = createLogBook();
  const notStarted = (outcome: Outcome): SandboxEnvelope =>
    toEnvelope(outcome, { logs, durationMs: 0 });
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
  const outcome = await runInProcess(clock, {
    child: lease.child,
    source,
    timeoutMs,
    signal,
    logs,
  });
  // Code that ends by itself leaves nothing behind but its isolate; every other end may have hurt the process.
  lease.release(outcome.ok || outcome.code === 'ERROR');
  return toEnvelope(outcome, { logs, durationMs: clock.monotonic() - startedAt });
}

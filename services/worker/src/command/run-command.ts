import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { JobFailure, JobOutcome } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import type { AllowedCommand, CommandList } from '@bakerst/kit/command-list';
import type { Executor } from '../executor.ts';
import { type CommandOutput, createOutput } from './command-output.ts';

/** All that a command finds of an environment: no secret of the worker, and the same everywhere. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } as const;

/** Ends all that a command has started, at the latest with the worker; it hands arguments on as they stand. */
const GUARD = join(import.meta.dirname, 'guard.sh');

/** How long the guard may take to end a command; one that takes longer has been tampered with. */
const GUARD_MS = 3_000;
/** A stream that stays open after the whole group was killed has nothing more to say. */
const CLOSE_MS = 500;

export interface CommandExecutorDeps {
  readonly commands: CommandList;
  readonly clock: Clock;
}

/**
 * Executes command jobs: a program of the allow-list with its arguments, without a shell. All that it has started is
 * killed at the time limit, and what is left at its end. Its exit code is an answer; only 0 counts as completed.
 */
export function createCommandExecutor(deps: CommandExecutorDeps): Executor<'command'> {
  return async ({ dispatch, attempt, spec, signal }) => {
    const command = tryCheck(deps.commands, spec.command);
    if (command instanceof AppError)
      return failed({ code: command.reason ?? command.code, message: command.message });
    const mark = `${attempt}/${dispatch.jobId}`;
    return await runCommand(deps.clock, { command, mark, timeoutMs: spec.timeoutMs, signal });
  };
}

/** The worker's own list decides, whatever the brain's said. */
function tryCheck(commands: CommandList, line: string): AllowedCommand | AppError {
  try {
    return commands.check(line);
  } catch (err) {
    if (err instanceof AppError) return err;
    throw err;
  }
}

interface CommandRun {
  readonly command: AllowedCommand;
  /** By this its processes are known. */
  readonly mark: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function runCommand(clock: Clock, run: CommandRun): Promise<JobOutcome> {
  const { command, mark, timeoutMs, signal } = run;
  if (!isProgram(command.path))
    return failed({
      code: 'COMMAND_NOT_FOUND',
      message: `${command.path} is not there, or may not be run`,
    });
  const child = spawn('/bin/sh', [GUARD, mark, command.path, ...command.arguments], {
    cwd: '/',
    env: ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  const output = { stdout: createOutput(child.stdout), stderr: createOutput(child.stderr) };
  const closed = once(child, 'close').catch(() => undefined);
  let cut: 'timeout' | 'stopped' | undefined;
  using late = new DisposableStack();
  const kill = (why: 'timeout' | 'stopped'): void => {
    cut ??= why;
    child.stdin.destroy();
    late.use(clock.after(GUARD_MS, () => killGroup(child.pid)));
  };
  const stop = (): void => kill('stopped');
  using _timer = clock.after(timeoutMs, () => kill('timeout'));
  signal.addEventListener('abort', stop);
  try {
    const [code] = await once(child, 'exit');
    // What the program has left behind would keep its pipes open.
    killGroup(child.pid);
    await Promise.race([closed, clock.sleep(CLOSE_MS)]);
    return toOutcome({ code: typeof code === 'number' ? code : null, cut, timeoutMs, ...output });
  } catch (err) {
    return notStarted(command.path, err);
  } finally {
    signal.removeEventListener('abort', stop);
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

interface CommandEnd {
  readonly code: number | null;
  readonly cut: 'timeout' | 'stopped' | undefined;
  readonly timeoutMs: number;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
}

function toOutcome({ code, cut, timeoutMs, stdout, stderr }: CommandEnd): JobOutcome {
  if (cut === 'stopped')
    return {
      status: 'unknown',
      error: { code: 'OUTCOME_UNKNOWN', message: 'the command was cut off' },
    };
  const result = {
    exit_code: code,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.isCut() || stderr.isCut(),
  };
  if (cut === 'timeout')
    return failed(
      { code: 'TIMEOUT', message: `the command did not end within ${timeoutMs} ms` },
      result,
    );
  if (code === 0) return { status: 'completed', result };
  return failed(
    { code: 'EXIT_CODE', message: `the command ended with ${code ?? 'a signal'}` },
    result,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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

/** Out of processes or memory: later there may be some again, and nothing has begun. */
function notStarted(path: string, err: unknown): JobOutcome {
  const message = `${path} could not be started (${String(err)})`;
  return { status: 'retry', error: { code: 'NOT_STARTED', message } };
}

function failed(
  error: JobFailure,
  result?: Record<string, string | number | boolean | null>,
): JobOutcome {
  return { status: 'failed', error, ...(result !== undefined && { result }) };
}

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobDispatch, type JobOutcome } from '@bakerst/contracts';
import { systemClock } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createCommandExecutor } from './run-command.ts';

/** Starts a process that leaves the group and outlives whoever started it, and writes its number to a file. */
const LEAVE = `
const { spawn } = require('node:child_process');
const [file, stays, env] = process.argv.slice(1);
const left = spawn('/bin/sleep', ['300'], {
  detached: true, stdio: 'ignore', ...(env === 'bare' && { env: {} }),
});
left.unref();
require('node:fs').writeFileSync(file, String(left.pid));
if (stays === 'stays') setInterval(() => {}, 1_000);
`;

interface Left {
  readonly stays: 'stays' | 'ends';
  readonly env?: 'marked' | 'bare';
}

function command({ stays, env = 'marked' }: Left) {
  const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'pid');
  return { file, path: process.execPath, arguments: ['-e', LEAVE, file, stays, env] };
}

interface Run extends Left {
  readonly timeoutMs?: number;
  readonly attempt?: number;
  /** Halts the job once the process that leaves is there. */
  readonly isHalted?: true;
}

async function run(how: Run): Promise<{ readonly outcome: JobOutcome; readonly file: string }> {
  const { file, ...allowed } = command(how);
  const { timeoutMs = 20_000, attempt = 1 } = how;
  const spec = { type: 'command', command: 'leave', timeoutMs } as const;
  const dispatch = JobDispatch.parse({
    jobId: '0190a000-0000-7000-8000-000000000000',
    attempt,
    replay: 'never',
    org: 'home',
    user: 'gary',
    requestId: 'request-1',
    createdAt: 0,
    spec,
  });
  const commands = {
    names: ['leave'],
    check: () => ({ ...allowed, replay: 'never' as const }),
  };
  const stop = new AbortController();
  const execute = createCommandExecutor({ commands, clock: systemClock });
  const running = execute({ dispatch, attempt, spec, signal: stop.signal });
  if (how.isHalted) {
    await untilWritten(file);
    stop.abort();
  }
  return { outcome: await running, file };
}

async function untilWritten(file: string): Promise<void> {
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toMatch(/^\d+$/);
}

/** One that was killed may wait for its parent to notice. */
function isAlive(file: string): boolean {
  return isRunning(readFileSync(file, 'utf8'));
}

function isRunning(pid: string): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'));
}

// Without /proc only the process group is known.
const onLinux = test.skipIf(process.platform !== 'linux');

onLinux('what has left the group is gone when the program has ended', async () => {
  const { outcome, file } = await run({ stays: 'ends' });
  expect(outcome).toMatchObject({ status: 'completed', result: { exit_code: 0 } });
  expect(isAlive(file)).toBe(false);
});

onLinux.each(['marked', 'bare'] as const)(
  'what has left the group (%s environment) is gone at the time limit',
  async (env) => {
    const { outcome, file } = await run({ stays: 'stays', env, timeoutMs: 1_500 });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT' } });
    expect(isAlive(file)).toBe(false);
  },
);

onLinux('what has left the group is gone after a halt', async () => {
  const { outcome, file } = await run({ stays: 'stays', isHalted: true });
  expect(outcome).toMatchObject({ status: 'unknown' });
  expect(isAlive(file)).toBe(false);
});

onLinux(
  'a worker that dies takes along what has left the group, and nothing of another job',
  async () => {
    const guard = join(import.meta.dirname, 'guard.sh');
    const start = (mark: string) => {
      const { file, path, arguments: args } = command({ stays: 'stays' });
      const child = spawn('/bin/sh', [guard, mark, path, ...args], {
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      return { child, file, ended: once(child, 'exit') };
    };
    const dying = start('1/job-1');
    const other = start('11/job-1');
    await Promise.all([untilWritten(dying.file), untilWritten(other.file)]);
    // All that a worker holds of a command.
    dying.child.stdin.destroy();
    await dying.ended;
    await expect.poll(() => isAlive(dying.file)).toBe(false);
    expect(isAlive(other.file)).toBe(true);
    other.child.stdin.destroy();
    await other.ended;
  },
);

const GUARD = readFileSync(join(import.meta.dirname, 'guard.sh'), 'utf8');
/** No limit of processes holds for root. */
const AS_NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const withLimits = test.skipIf(spawnSync('prlimit', ['--version']).status !== 0);

/** A command under a guard that can start no other process. */
async function openLimited() {
  const args = ['-c', GUARD, 'guard.sh', '1/job-1', '/bin/sleep', '300'];
  const child = spawn('/bin/sh', args, {
    ...AS_NOBODY,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(child, 'exit');
  const guard = String(child.pid);
  const list = () => readFileSync(`/proc/${guard}/task/${guard}/children`, 'utf8').match(/\d+/g);
  await expect.poll(list).toHaveLength(2);
  const all = [guard, ...(list() ?? [])];
  for (const pid of all) execFileSync('prlimit', ['--pid', pid, '--nproc=0'], AS_NOBODY);
  return { child, ended, all, program: Number(all[1]) };
}

withLimits('at a limit of processes a worker that dies still takes its command along', async () => {
  const { child, all } = await openLimited();
  child.stdin.destroy();
  await expect.poll(() => all.filter(isRunning)).toEqual([]);
});

withLimits('at a limit of processes the exit code is that of the program', async () => {
  const { ended, program } = await openLimited();
  process.kill(program, 'SIGTERM');
  expect(await ended).toEqual([143, null]);
});

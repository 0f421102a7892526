import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Terminal } from '../terminal.ts';

export interface Check {
  readonly name: string;
  /** A program of node_modules/.bin and its arguments. */
  readonly command: readonly [string, ...string[]];
}

/** What must be clean before anything is committed. */
export const CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'types of tests', command: ['tsc', '-p', 'tsconfig.tests.json'] },
  { name: 'lint', command: ['biome', 'check'] },
  { name: 'dead code', command: ['knip'] },
];

export interface CheckTotals {
  readonly passed: number;
  /** The names of those that failed. */
  readonly failed: readonly string[];
}

interface CheckPlace {
  readonly root: string;
  readonly path: string;
}

/** Runs the checks at once: a line for each when it is done, and the output of those that failed. */
export async function runChecks(
  checks: readonly Check[],
  terminal: Terminal,
  place: CheckPlace,
): Promise<CheckTotals> {
  const results = await Promise.all(checks.map((check) => runCheck(check, terminal, place)));
  for (const { check, ok, output } of results)
    if (!ok) terminal.print(`\n--- ${check.command.join(' ')}\n${output.trimEnd()}\n`);
  const failed = results.filter(({ ok }) => !ok).map(({ check }) => check.name);
  return { passed: results.length - failed.length, failed };
}

interface CheckResult {
  readonly check: Check;
  readonly ok: boolean;
  readonly output: string;
}

async function runCheck(
  check: Check,
  { print }: Terminal,
  { root, path }: CheckPlace,
): Promise<CheckResult> {
  const startedAt = performance.now();
  const [program, ...args] = check.command;
  const child = spawn(join(root, 'node_modules', '.bin', program), args, {
    cwd: root,
    // The programs in .bin look for node on PATH: it must be the one that this runs on.
    env: { PATH: `${dirname(process.execPath)}:${path}`, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once('error', (cause) => {
    output += cause.message;
    resolve(false);
  });
  child.once('close', (code) => resolve(code === 0));
  const ok = await promise;
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(`${ok ? 'ok    ' : 'FAILED'} ${check.name} (${took} s)`);
  return { check, ok, output };
}

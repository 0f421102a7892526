import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '@bakerst/kit';

/** A mirror that has sent nothing after this long is out of reach: somebody waits for a sentence. */
const FIRST_BYTES_MS = 3500;
const STALLED_MS = 20_000;
const LOOK_EVERY_MS = 250;
const SAY_EVERY_MS = 4000;
const KEPT_OUTPUT_CHARS = 100_000;

/** A program did not do what it was started for; the message holds no host name. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

interface Step {
  readonly title: string;
  readonly say: (line: string) => void;
  /** Where it runs and writes; when nothing grows there any more, it is ended. */
  readonly cwd: string;
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end and answers what it printed; throws StepFailed when it fails, is missing or stalls. */
export async function runStep(
  { title, say, cwd, env, signal }: Step,
  command: string,
  args: readonly string[],
): Promise<string> {
  const watch = watchGrowth(cwd, (elapsedMs) =>
    say(`${title} … ${Math.round(elapsedMs / 1000)} s`),
  );
  const child = spawn(command, args, {
    cwd,
    // What apt says is read below, so it must not be translated.
    env: { ...env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: signal === undefined ? watch.stalled : AbortSignal.any([signal, watch.stalled]),
  });
  let output = '';
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-KEPT_OUTPUT_CHARS);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  try {
    if ((await promise) !== 0) throw new StepFailed(explain(output));
    return output;
  } catch (cause) {
    signal?.throwIfAborted();
    if (watch.stalled.aborted) throw new StepFailed('the Debian mirror does not answer', { cause });
    if (isMissing(cause)) throw new StepFailed(`there is no ${command} here`, { cause });
    throw cause;
  } finally {
    watch[Symbol.dispose]();
  }
}

/** Looks at the size of `dir` while something is fetched into it; `stalled` is aborted when it stops growing. */
function watchGrowth(
  dir: string,
  sayElapsed: (elapsedMs: number) => void,
): Disposable & { readonly stalled: AbortSignal } {
  const stall = new AbortController();
  const startedAt = performance.now();
  let grownAt = startedAt;
  let said = startedAt;
  let size: number | undefined;
  let hasGrown = false;
  const look = async (): Promise<void> => {
    const now = performance.now();
    const seen = await sizeOf(dir);
    if (seen !== size) {
      hasGrown ||= size !== undefined;
      size = seen;
      grownAt = now;
    }
    if (now - grownAt > (hasGrown ? STALLED_MS : FIRST_BYTES_MS)) stall.abort();
    if (now - said > SAY_EVERY_MS) {
      said = now;
      sayElapsed(now - startedAt);
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return { stalled: stall.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

async function sizeOf(dir: string): Promise<number> {
  const names = await readdir(dir, { recursive: true });
  const sizes = await Promise.all(
    // NOTE: apt removes and renames its partial files between the two looks.
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/no space left|disk quota/i, 'nats-server could not be fetched, the disk is full'],
  [
    /could not resolve|failure resolving|could not connect|unable to connect|connection (failed|refused|timed out)|cannot initiate|failed to fetch|unreachable/i,
    'the Debian mirror cannot be reached',
  ],
  [
    /NO_PUBKEY|not signed|signatures? (was|were) invalid|couldn't be verified/i,
    'the keys of this Debian are too old for the mirror (package debian-archive-keyring)',
  ],
];

function explain(output: string): string {
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  return cause?.[1] ?? 'the Debian mirror of this machine has no nats-server that is new enough';
}

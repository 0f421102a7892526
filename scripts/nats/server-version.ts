import { execFile } from 'node:child_process';

const VERSION_TIMEOUT_MS = 3000;

/** The version that a nats-server file says it is, such as "2.15.1"; undefined when it does not run. */
export function readServerVersion(file: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, ['--version'], { timeout: VERSION_TIMEOUT_MS }, (_failure, output) =>
      resolve(/v(\d+\.\d+\.\d+)/.exec(output)?.[1]),
    );
  });
}

/** Whether `version` is `least` or a later one, by its numbers. */
export function isAtLeast(version: string, least: string): boolean {
  const wanted = toNumbers(least);
  const difference = toNumbers(version)
    .map((number, index) => number - (wanted[index] ?? 0))
    .find((step) => step !== 0);
  return difference === undefined || difference > 0;
}

function toNumbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}

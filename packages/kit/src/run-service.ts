import type { Logger } from './logger.ts';
import { EX_CONFIG, StartError } from './start-error.ts';

interface ServiceOptions {
  readonly log: Logger;
  /** The program that started this one; its end ends the service. Undefined when nobody watches over it. */
  readonly parentGone?: Promise<void>;
}

/**
 * Starts a service, waits for SIGINT, SIGTERM or its parent's end, then disposes of what it opened in reverse order.
 * Sets the process's exit code: 0 after a clean stop, 78 when the set-up must change (StartError), 1 otherwise.
 */
export async function runService(
  start: (open: AsyncDisposableStack) => Promise<void>,
  { log, parentGone = new Promise<void>(() => undefined) }: ServiceOptions,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
    parentGone.then(resolve, resolve);
  });
  try {
    await using open = new AsyncDisposableStack();
    await start(open);
    await stopped;
  } catch (err) {
    process.exitCode = reportFailedStart(err, log);
  }
}

function reportFailedStart(err: unknown, log: Logger): number {
  if (err instanceof StartError) {
    log.fatal({ reason: err.message }, 'service cannot start');
    process.stderr.write(`${err.message}\n`);
    return EX_CONFIG;
  }
  log.fatal({ err }, 'service failed');
  return 1;
}

import type { Logger } from './logger.ts';
import { reportToParent, watchParent } from './parent-channel.ts';
import type { Secrets } from './secrets/index.ts';
import { EX_CONFIG, StartError } from './start-error.ts';

type Start = (open: AsyncDisposableStack, stopping: AbortSignal) => Promise<void>;

interface ServiceOptions {
  /** What nobody is to read in what is said besides the log; a bug is then told by the log alone. */
  readonly secrets?: Pick<Secrets, 'redact'>;
}

/**
 * Starts a service, waits for SIGINT, SIGTERM, SIGHUP or its supervisor's end, then disposes of what it opened in reverse order.
 * Asked to stop in the middle of its start, it does not finish that first; `stopping` is aborted then.
 * Ends the process: with 0 after a clean stop, 78 when the set-up must change (StartError), 1 otherwise.
 */
export async function runService(
  log: Logger,
  start: Start,
  { secrets }: ServiceOptions = {},
): Promise<never> {
  // By itself Node would write the error as it is, past the log.
  if (secrets !== undefined)
    process.on('uncaughtException', (err) => {
      log.fatal({ err }, 'service met a bug');
      process.exit(EXIT_BUG);
    });
  const redact = secrets?.redact ?? ((text: string) => text);
  const code = await serveToEnd({ log, redact }, start);
  // NOTE: at an end by itself Node waits for every request of its event loop, and for a lost one for ever, at full
  // speed (seen with 26.10). All that is to be waited for has been disposed of.
  process.exit(code);
}

/** As Node's own. */
const EXIT_BUG = 1;

interface Voice {
  readonly log: Logger;
  readonly redact: (text: string) => string;
}

async function serveToEnd(voice: Voice, start: Start): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
    watchParent().then(resolve, resolve);
  });
  const stopping = new AbortController();
  void stopped.then(() => stopping.abort());
  const serve = async (open: AsyncDisposableStack): Promise<void> => {
    await start(open, stopping.signal);
    void reportToParent({ type: 'ready' });
    await stopped;
  };
  try {
    await using open = new AsyncDisposableStack();
    const served = serve(open);
    // NOTE: a start that was cut short may still fail on what is closed by then; the race no longer listens.
    served.catch(() => undefined);
    await Promise.race([served, stopped]);
  } catch (err) {
    return await reportFailure(err, voice);
  }
  return 0;
}

async function reportFailure(err: unknown, { log, redact }: Voice): Promise<number> {
  if (err instanceof StartError) {
    const message = redact(err.message);
    log.fatal({ reason: message }, 'service cannot start');
    process.stderr.write(`${message}\n`);
    await reportToParent({ type: 'refused', message });
    return EX_CONFIG;
  }
  log.fatal({ err }, 'service failed');
  return EXIT_BUG;
}

const LINGER_MS = 20_000;

/** Behaves towards the supervisor as a service does: reports, logs, and ends on a signal or with the supervisor. */
export function runStandIn({ close }: { readonly close: () => void }): void {
  const stop = (): void => {
    // Work that takes its time: asked for by the level of the log, a variable that reaches every service.
    if (process.env['LOG_LEVEL'] === 'linger') setTimeout(close, LINGER_MS);
    else close();
  };
  for (const event of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect']) process.once(event, stop);
  // NOTE: the channel must not keep it alive.
  process.channel?.unref();
  process.stdout.write(`${JSON.stringify({ pid: process.pid, env: process.env })}\n`);
  process.send?.({ type: 'ready' });
}

/** What a supervised service tells the program that started it, over the IPC channel. */
export type ServiceReport =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly message: string };

/** Tells the supervisor, and returns when that is on its way; does nothing for a service that was started by hand. */
export function reportToParent(report: ServiceReport): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (process.connected && process.send !== undefined) process.send(report, () => resolve());
  else resolve();
  return promise;
}

/**
 * Resolves when the program that started this one is gone.
 * The supervisor keeps an IPC channel open for that; without one the promise never resolves.
 */
export function watchParent(): Promise<void> {
  // NOTE: the channel must not keep a service alive that has nothing left to do.
  process.channel?.unref();
  return new Promise((resolve) => process.once('disconnect', resolve));
}

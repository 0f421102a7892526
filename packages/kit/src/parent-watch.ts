/**
 * Resolves when the program that started this one is gone.
 * The supervisor keeps an IPC channel open for that; without one the promise never resolves.
 */
export function watchParent(): Promise<void> | undefined {
  if (process.channel === undefined) return undefined;
  // NOTE: the channel must not keep a service alive that has nothing left to do.
  process.channel?.unref();
  return new Promise((resolve) => process.once('disconnect', resolve));
}

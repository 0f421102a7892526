/**
 * Waits, but not for a network that is back already: `online` and a page that is looked at again end it.
 * @throws the reason of the signal, once that is aborted.
 */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = (): void => {
    if (document.visibilityState === 'visible') resolve();
  };
  const abort = (): void => reject(signal?.reason);
  globalThis.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  signal?.addEventListener('abort', abort);
  try {
    signal?.throwIfAborted();
    await promise;
  } finally {
    clearTimeout(timer);
    globalThis.removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
    signal?.removeEventListener('abort', abort);
  }
}

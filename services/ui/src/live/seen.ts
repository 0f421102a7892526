/** Calls back once nobody looks at the page any more, at once if nobody does now. @returns what ends that. */
export function onUnseen(call: () => void): () => void {
  const look = (): void => {
    if (!isSeen()) call();
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => document.removeEventListener('visibilitychange', look);
}

/** Resolves while somebody looks at the page, or once the signal is aborted. */
export async function untilSeen(signal?: AbortSignal): Promise<void> {
  if (isSeen() || signal?.aborted === true) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (isSeen()) resolve();
  };
  document.addEventListener('visibilitychange', look);
  const stop = (): void => resolve();
  signal?.addEventListener('abort', stop);
  await promise;
  document.removeEventListener('visibilitychange', look);
  signal?.removeEventListener('abort', stop);
}

function isSeen(): boolean {
  return document.visibilityState === 'visible';
}

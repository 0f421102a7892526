import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@bakerst/kit';

/** What closing the last connections may take. */
export const CLOSE_MS = 1_000;
const IDLE_LOOK_MS = 50;

/**
 * Closes a server once the answers that are under way have gone out, or `patienceMs` have passed and a moment more. What has
 * come to its door by now is answered, too.
 */
export async function closeServer(
  server: Server,
  { clock, patienceMs }: { readonly clock: Clock; readonly patienceMs: number },
): Promise<void> {
  await takeWhatHasCome(server, clock);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Kept connections whose last answer has gone out would be waited for; one may have a request that was not read yet.
  const closeIdle = (): void => void setImmediate().then(() => server.closeIdleConnections());
  using _idle = clock.every(IDLE_LOOK_MS, closeIdle);
  using _late = clock.after(patienceMs + CLOSE_MS, () => server.closeAllConnections());
  await closed;
}

/**
 * A process that has much to do has connections before its door, and requests on kept ones, of which it knows nothing yet:
 * closing would break them off. Returns once there was nothing new in two turns of the event loop.
 */
async function takeWhatHasCome(server: Server, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + CLOSE_MS;
  let hasCome = true;
  const note = (): void => {
    hasCome = true;
  };
  server.on('connection', note).on('request', note);
  while (hasCome && clock.monotonic() < deadline) {
    hasCome = false;
    await setImmediate();
    await setImmediate();
  }
  server.off('connection', note).off('request', note);
}

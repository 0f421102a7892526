import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Heart } from '@bakerst/bus';
import type { Clock } from '@bakerst/kit';
import type { Brain } from './app.ts';
import type { Surroundings } from './surroundings.ts';

/** All of it (design section 7). */
const STOP_MS = 24_000;
/** What closing the last connections may take. */
const CLOSE_MS = 1_000;

const IDLE_LOOK_MS = 50;

interface Serving {
  readonly around: Surroundings;
  readonly brain: Brain;
  readonly server: Server;
  readonly heart: Heart;
}

/**
 * Stops so that nobody notices where another brain is ready: requests are taken for a while longer, runs are let go of
 * where they lose nothing and go on there, streams are told to come back, and answers that are waited for are given
 * from there as long as there is time. At the end of it nothing of this process is under way.
 */
export async function stopServing({ around, brain, server, heart }: Serving): Promise<void> {
  const { phase, config, clock, log } = around;
  const hasHeir = (): boolean => brain.processes.hasOtherBrain(around.self);
  const endAt = clock.monotonic() + STOP_MS;
  phase.isReady = false;
  heart.beat();
  await clock.sleep(config.drainLingerMs);
  // What still comes on connections that were kept is stored here and executed there.
  if (!hasHeir()) phase.closed = 'stopping';
  await brain.host.drain(endAt - CLOSE_MS - clock.monotonic());
  phase.stopping.abort();
  const patienceMs = hasHeir() ? Math.max(0, endAt - CLOSE_MS - clock.monotonic()) : 0;
  using _patience = clock.after(patienceMs, () => phase.ending.abort());
  await close(server, { around, patienceMs });
  // What a request in hand has started meanwhile.
  await brain.host.drain(CLOSE_MS);
  log.info({}, 'brain stopped');
}

async function close(
  server: Server,
  { around, patienceMs }: { readonly around: Surroundings; readonly patienceMs: number },
): Promise<void> {
  await takeWhatHasCome(server, around.clock);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Kept connections whose last answer has gone out would be waited for; one may have a request that was not read yet.
  const closeIdle = (): void => void setImmediate().then(() => server.closeIdleConnections());
  using _idle = around.clock.every(IDLE_LOOK_MS, closeIdle);
  using _late = around.clock.after(patienceMs + CLOSE_MS, () => server.closeAllConnections());
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

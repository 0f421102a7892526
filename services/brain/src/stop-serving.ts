import type { Server } from 'node:http';
import type { Heart } from '@bakerst/bus';
import type { Brain } from './app.ts';
import { CLOSE_MS, closeServer } from './http/close-server.ts';
import type { Surroundings } from './surroundings.ts';

/** All of it (design section 7). */
const STOP_MS = 24_000;

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
  await closeServer(server, { clock, patienceMs });
  // What a request in hand has started meanwhile.
  await brain.host.drain(CLOSE_MS);
  log.info({}, 'brain stopped');
}

import { join } from 'node:path';
import { openNatsLink, purgeAll } from '@bakerst/bus';
import { silentLogger, systemClock } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';
import { endLeftoverServer } from '../nats/leftover-server.ts';

const CONNECT_MS = 5_000;

/** Makes a nats-server that a killed supervisor has left let go of its streams. */
export async function endOwnServer(dataDir: string): Promise<void> {
  const dir = join(dataDir, 'nats');
  await endLeftoverServer({ configFile: join(dir, 'nats.conf'), pidFile: join(dir, 'nats.pid') });
}

/** Takes everything of ours out of a NATS of the person's own. Throws StartError when it cannot be reached. */
export async function emptyNats(url: string): Promise<void> {
  const deps = { log: silentLogger, clock: systemClock };
  // The name decides where answers may go: it is the brain's user that may empty streams.
  await using link = openNatsLink({ url, service: 'brain' }, deps);
  try {
    await Promise.race([link.waitConnected(CONNECT_MS), link.refused]);
    await purgeAll(link);
  } catch (cause) {
    throw notReached(cause);
  }
}

function notReached(cause: unknown): StartError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StartError(
    `the NATS of NATS_URL could not be emptied (${why}): start it, or correct NATS_URL, and restore again`,
    { cause },
  );
}

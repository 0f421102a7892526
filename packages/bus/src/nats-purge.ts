import { Buckets, Streams } from '@bakerst/contracts';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsLink } from './nats-link.ts';

/** There is no such stream (ADR-7 of NATS). */
const NOT_FOUND = 10_059;

/** Takes every message and every key out of the streams and buckets that are there. Throws when the server does not answer. */
export async function purgeAll({ jsm }: Pick<NatsLink, 'jsm'>): Promise<void> {
  const buckets = Object.values(Buckets).map((bucket) => `KV_${bucket}`);
  for (const stream of [...Object.values(Streams), ...buckets])
    try {
      await jsm.streams.purge(stream);
    } catch (err) {
      if (!(err instanceof JetStreamApiError && err.code === NOT_FOUND)) throw err;
    }
}

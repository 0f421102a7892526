import type { NatsLink } from './nats-link.ts';

/** Asks the server for a word, and JetStream for one; throws when either does not come. */
export async function probeNats({ nc, jsm }: Pick<NatsLink, 'nc' | 'jsm'>): Promise<void> {
  await nc.flush();
  await jsm.getAccountInfo();
}

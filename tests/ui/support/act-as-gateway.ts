import { type Client, createClient } from '@bakerst/client';
import { SUPER_TOKEN, type System } from '../../support/system.ts';

/** What may do whatever a gateway may. */
export function actAsGateway({ url }: System): Client {
  return createClient({ baseUrl: url, token: SUPER_TOKEN });
}

/** Somebody who writes to the bot. */
export function from(id: string, name: string) {
  const sender = { id, name, username: `baker_${id}` };
  return { sender, chat: { id, kind: 'direct' } } as const;
}

/** Connects the channel to its bot, until that is disposed of. */
export async function serveChannel(gateway: Client): Promise<AsyncDisposable> {
  const leaving = new AbortController();
  const holder = { holder: crypto.randomUUID(), bot: 'baker_bot' };
  const events = gateway.watchDeliveries('telegram', holder, { signal: leaving.signal });
  await events.next();
  return {
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await events.return(undefined);
    },
  };
}

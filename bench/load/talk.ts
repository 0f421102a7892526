import type { Product } from '../processes/open-product.ts';
import { createLoadClient } from './load-client.ts';
import { playTurns, requireWhole, type Talk } from './play-turns.ts';
import { Words } from './words.ts';

export interface OpenTalk extends Talk, Disposable {}

/** V8 goes on optimising for a while; a brain that serves people has long done so. */
const WARM_UP_TURNS = 2_000;
const WARM_UP_AT_ONCE = 20;

/** The brain, spoken to as one user after the other, so that no conversation grows long; all of them exist already. */
export async function openProductTalk(product: Product, users: number): Promise<OpenTalk> {
  const client = createLoadClient({
    url: `${product.url}/api/v1/chat/stream`,
    headers: product.headers,
  });
  let next = 0;
  const talk: OpenTalk = {
    say(message) {
      next += 1;
      return client.send({ message, user_id: `user-${next % users}` });
    },
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
  await warmUp(talk, users);
  return talk;
}

/** The bare proxy, which knows no users. */
export async function openProxyTalk(proxyUrl: string): Promise<OpenTalk> {
  const client = createLoadClient({ url: `${proxyUrl}/chat/stream` });
  const talk: OpenTalk = {
    say: (message) => client.send({ message }),
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
  await warmUp(talk, WARM_UP_TURNS);
  return talk;
}

async function warmUp(talk: Talk, users: number): Promise<void> {
  const load = {
    words: Words.say(1, 0),
    count: Math.max(WARM_UP_TURNS, users),
    atOnce: Math.min(WARM_UP_AT_ONCE, users),
  };
  requireWhole(await playTurns(talk, load), 1);
}

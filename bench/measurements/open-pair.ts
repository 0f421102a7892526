import type { Round } from '../figures/play-rounds.ts';
import type { Talk } from '../load/play-turns.ts';
import { openProductTalk, openProxyTalk } from '../load/talk.ts';
import { openModel, openProxy } from '../processes/open-model.ts';
import { openProduct } from '../processes/open-product.ts';
import type { Bench } from './measurement.ts';

/** The brain and the bare proxy, both warm, before one scripted model. `users`: how many are spoken as, by turns. */
export async function openPair(
  bench: Bench,
  users: number,
): Promise<Round<Talk> & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const model = opening.use(await openModel(bench));
  const proxy = opening.use(await openProxy(bench, model.url));
  const product = opening.use(await openProduct(bench, { modelUrl: model.url }));
  const ours = opening.use(await openProductTalk(product, users));
  const other = opening.use(await openProxyTalk(proxy.url));
  const open = opening.move();
  return { ours, other, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

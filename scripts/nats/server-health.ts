import { connect } from 'node:net';
import { httpGet } from '../local/http-request.ts';
import { sleepUnlessAborted } from '../local/sleep-unless-aborted.ts';

/**
 * How a server is unwell: it reads its store and comes to no end, it gives no answer about its streams, or it says itself
 * that it cannot work.
 */
export type Illness = 'never ready' | 'silent' | 'unhealthy';

export interface HealthWatch {
  /** Where clients are served, once the store was read. */
  readonly port: number;
  readonly monitorPort: number;
  /** Called when it is healthy for the first time. */
  readonly onHealthy: () => void;
  /** Aborted when the server has ended. */
  readonly signal: AbortSignal;
}

const TIMES = {
  firstLooksEveryMs: 20,
  lookEveryMs: 2_000,
  lookTimeoutMs: 2_000,
  /** Far more than the largest store of ours takes to be read (its streams have caps): a damaged one is read for ever. */
  readStoreMs: 120_000,
};
/**
 * So many bad looks in a row, and it is unwell: after a full disk it does not recover by itself. A slow disk may keep it from
 * answering for some seconds.
 */
const BAD_LOOKS = { unhealthy: 3, silent: 5 };

type BadLook = keyof typeof BAD_LOOKS;

/** Looks at a nats-server until it is unwell; undefined when it has ended before. */
export async function watchHealth(watch: HealthWatch, times = TIMES): Promise<Illness | undefined> {
  const { signal } = watch;
  if (!(await untilHealthy(watch, times)))
    return signal.aborted ? undefined : await nameBadStart(watch, times);
  watch.onHealthy();
  const illness = await untilUnwell(watch, times);
  return signal.aborted ? undefined : illness;
}

async function untilUnwell(watch: HealthWatch, times: typeof TIMES): Promise<BadLook | undefined> {
  for (let badLooks = 0; !watch.signal.aborted; ) {
    await sleepUnlessAborted(times.lookEveryMs, watch.signal);
    const found = await look(watch, times);
    badLooks = found === undefined ? 0 : badLooks + 1;
    if (found !== undefined && badLooks >= BAD_LOOKS[found]) return found;
  }
  return undefined;
}

/** False when it was waited for long enough, or has ended. Counted by what was waited: a machine may sleep meanwhile. */
async function untilHealthy(watch: HealthWatch, times: typeof TIMES): Promise<boolean> {
  const { firstLooksEveryMs, lookTimeoutMs, readStoreMs } = times;
  let waitedMs = 0;
  while (!watch.signal.aborted && waitedMs < readStoreMs) {
    const startedAt = performance.now();
    if ((await look(watch, times)) === undefined) return true;
    await sleepUnlessAborted(firstLooksEveryMs, watch.signal);
    waitedMs += Math.min(performance.now() - startedAt, lookTimeoutMs + firstLooksEveryMs);
  }
  return false;
}

/** One that serves clients has read its store, and something else is wrong with it, a full disk for instance. */
async function nameBadStart(
  { port }: HealthWatch,
  { lookTimeoutMs }: typeof TIMES,
): Promise<Illness> {
  const { promise, resolve } = Promise.withResolvers<Illness>();
  const socket = connect({ host: '127.0.0.1', port, timeout: lookTimeoutMs });
  socket.once('connect', () => resolve('unhealthy'));
  for (const event of ['error', 'timeout']) socket.once(event, () => resolve('never ready'));
  const illness = await promise;
  socket.destroy();
  return illness;
}

/**
 * The second question goes through every stream. What is said there is the brain's to put right, but no answer at all means
 * that one of them holds up all others, as nats-server 2.15 does after a byte of a bucket has changed on the disk.
 */
async function look(
  { monitorPort }: HealthWatch,
  { lookTimeoutMs }: typeof TIMES,
): Promise<BadLook | undefined> {
  const url = `http://127.0.0.1:${monitorPort}/healthz`;
  const ask = (question: string): Promise<number | undefined> =>
    httpGet(`${url}${question}`, lookTimeoutMs).then(
      ({ status }) => status,
      () => undefined,
    );
  const itself = await ask('?js-enabled-only=true');
  if (itself === undefined) return 'silent';
  if (itself !== 200) return 'unhealthy';
  return (await ask('')) === undefined ? 'silent' : undefined;
}

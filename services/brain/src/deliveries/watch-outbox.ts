import type { ChannelName, DeliveryEvent } from '@bakerst/contracts/channels';
import type { Clock } from '@bakerst/kit';
import type { Delivery } from './delivery.ts';
import { type FindJob, toDeliveryView } from './delivery-view.ts';
import type { HolderStore, Holding, OutboxStore } from './ports.ts';

/** Deliveries that a gateway has in hand at a time. */
const MOST_IN_HAND = 200;
/** How often is looked for what another brain has stored. */
const LOOK_MS = 1_000;
/** What wakes often is looked at once. */
const SETTLE_MS = 10;
/** Told in one look: a reader that is slow is not to be cut off for what is told at once. */
const LOOK_BYTES = 256 * 1024;

/** Rings when something may have to go out. */
export interface OutboxBell {
  ring(): void;
  onRing(listener: () => void): Disposable;
}

export function createOutboxBell(): OutboxBell {
  const listeners = new Set<() => void>();
  return {
    ring() {
      for (const listener of listeners) listener();
    },
    onRing(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}

export interface WatchOutboxDeps {
  readonly outbox: Pick<OutboxStore, 'listOpen'>;
  readonly holders: Pick<HolderStore, 'find'>;
  readonly bell: Pick<OutboxBell, 'onRing'>;
  readonly findJob: FindJob;
  readonly clock: Clock;
}

/**
 * Tells a gateway what is to go out: at most 200 at a time, each once, and again with its next revision. Returns when
 * another gateway serves the channel, which it tells, or when the signal is aborted.
 */
export async function watchOutbox(
  deps: WatchOutboxDeps,
  holding: Holding,
  call: { readonly tell: (event: DeliveryEvent) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const teller = createTeller(deps, holding.channel, call.tell);
  let settling: Disposable | undefined;
  const look = (): void => {
    settling = undefined;
    if (call.signal.aborted) return;
    try {
      if (deps.holders.find(holding.channel)?.epoch !== holding.epoch) {
        call.tell({ type: 'taken_over' });
        resolve();
      } else if (teller.tellSome() === 'more') soon();
    } catch (err) {
      reject(err);
    }
  };
  const soon = (): void => {
    settling ??= deps.clock.after(SETTLE_MS, look);
  };
  using _looks = deps.clock.every(LOOK_MS, soon);
  using _rings = deps.bell.onRing(soon);
  call.signal.addEventListener('abort', () => resolve(), { once: true });
  if (call.signal.aborted) resolve();
  look();
  try {
    await promise;
  } finally {
    settling?.[Symbol.dispose]();
  }
}

interface Teller {
  tellSome(): 'all' | 'more';
}

function createTeller(
  { outbox, findJob }: WatchOutboxDeps,
  channel: ChannelName,
  tell: (event: DeliveryEvent) => void,
): Teller {
  let told = new Map<string, number>();
  return {
    tellSome() {
      const now = new Map<string, number>();
      let bytes = 0;
      for (const delivery of outbox.listOpen(channel, MOST_IN_HAND)) {
        const { id, revision } = delivery;
        const isTold = told.get(id) === revision;
        if (!isTold && bytes < LOOK_BYTES) {
          tell({ type: 'delivery', delivery: toDeliveryView(delivery, findJob) });
          bytes += sizeOf(delivery);
        } else if (!isTold) continue;
        now.set(id, revision);
      }
      told = now;
      return bytes < LOOK_BYTES ? 'all' : 'more';
    },
  };
}

/** Roughly. */
function sizeOf({ subject }: Delivery): number {
  return 4_096 + (subject.kind === 'text' ? subject.text.length * 3 : 0);
}

import type { DeliveryEvent } from '@bakerst/contracts/channels';
import type { HolderStore, Holding } from './ports.ts';
import { createTeller, type TellerDeps } from './tell-outbox.ts';

/** How often is looked for what another brain has stored. */
const LOOK_MS = 1_000;
/** What wakes often is looked at once. */
const SETTLE_MS = 100;

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

export interface WatchOutboxDeps extends TellerDeps {
  readonly holders: Pick<HolderStore, 'find'>;
  readonly bell: Pick<OutboxBell, 'onRing'>;
}

/**
 * Tells a gateway what is to go out, each once, and again with its next revision; what was withdrawn; and of runs that
 * wait when they move up. Returns when another gateway serves the channel, which it tells, or when the signal is aborted.
 */
export async function watchOutbox(
  deps: WatchOutboxDeps,
  holding: Holding,
  call: { readonly tell: (event: DeliveryEvent) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const tellSome = createTeller(deps, holding.channel, call.tell);
  let settling: Disposable | undefined;
  const look = (): void => {
    settling = undefined;
    if (call.signal.aborted) return;
    try {
      if (deps.holders.find(holding.channel)?.epoch !== holding.epoch) {
        call.tell({ type: 'taken_over' });
        resolve();
      } else if (tellSome() === 'more') soon();
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

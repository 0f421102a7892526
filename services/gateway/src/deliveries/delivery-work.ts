import type { ChannelDelivery } from '@bakerst/contracts/channels';
import { Closed, Fenced, reportDelivery } from './report-delivery.ts';
import { type DeliverDeps, runDelivery } from './run-delivery.ts';
import { openParts, type Parts } from './send-parts.ts';

export interface Work {
  begin(delivery: ChannelDelivery): void;
  /** One that cannot be read: left open, it would keep its place in the chat from all that follow. */
  refuse(id: string): void;
  /** Others have closed it: its work ends quietly. */
  withdraw(id: string): void;
  ended(): Promise<void>;
}

interface WorkOptions {
  readonly signal: AbortSignal;
  /** Another gateway serves the channel. */
  readonly fence: () => void;
}

interface Running {
  readonly revision: number;
  readonly parts: Parts;
  readonly withdrawn: AbortController;
  readonly ended: Promise<void>;
  /** It was opened again meanwhile. */
  next: ChannelDelivery | undefined;
}

interface Begun {
  readonly parts: Parts;
  readonly withdrawn: AbortController;
}

/** Deliveries under way, each once: one that is told again meanwhile is known, unless there is more to it by then. */
export function createWork(deps: DeliverDeps, options: WorkOptions): Work {
  const { signal, fence } = options;
  const running = new Map<string, Running>();
  const refusing = new Map<string, Promise<void>>();

  function open(delivery: ChannelDelivery): Begun {
    const withdrawn = new AbortController();
    const both = AbortSignal.any([signal, withdrawn.signal]);
    return { parts: openParts(deps, delivery, both), withdrawn };
  }

  function run(delivery: ChannelDelivery, { parts, withdrawn }: Begun): void {
    const { id, revision } = delivery;
    const both = AbortSignal.any([signal, withdrawn.signal]);
    const ended = runDelivery(deps, { delivery, parts }, both)
      .catch((err: unknown) => {
        if (err instanceof Fenced) fence();
        else if (err instanceof Closed || withdrawn.signal.aborted)
          deps.log.info({ deliveryId: id }, 'delivery was withdrawn');
        else if (!signal.aborted) deps.log.error({ err, deliveryId: id }, 'delivery failed');
      })
      .then(() => {
        const next = running.get(id)?.next;
        running.delete(id);
        deps.looks.forget(id);
        if (next === undefined || signal.aborted) return;
        // By the same parts: what was sent meanwhile stands in no row of that time.
        run(next, withdrawn.signal.aborted ? open(next) : { parts, withdrawn });
      });
    running.set(id, { revision, parts, withdrawn, ended, next: undefined });
  }

  return {
    begin(delivery) {
      const known = running.get(delivery.id);
      if (known === undefined) run(delivery, open(delivery));
      else if (delivery.revision > known.revision) known.next = delivery;
    },
    refuse(id) {
      if (refusing.has(id)) return;
      refusing.set(
        id,
        refuseDelivery(deps, id, options).finally(() => refusing.delete(id)),
      );
    },
    withdraw(id) {
      const known = running.get(id);
      if (known === undefined) return;
      known.next = undefined;
      known.withdrawn.abort(new Closed('the delivery was withdrawn'));
    },
    async ended() {
      const all = [...running.values()].map(({ ended }) => ended);
      await Promise.allSettled([...all, ...refusing.values()]);
    },
  };
}

/** Never throws: one that others have closed meanwhile is as good as told of. */
async function refuseDelivery(
  deps: DeliverDeps,
  id: string,
  { signal, fence }: WorkOptions,
): Promise<void> {
  const report = { event: 'failed', error: 'the gateway cannot read this delivery' } as const;
  try {
    await reportDelivery(deps, { id, report }, signal);
    deps.log.error({ deliveryId: id }, 'delivery could not be read');
  } catch (err) {
    if (err instanceof Fenced) fence();
    else if (!signal.aborted) deps.log.error({ err, deliveryId: id }, 'delivery was not refused');
  }
}

import type { HaltAnnouncer } from '@bakerst/bus';
import type { RunId } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { haltedError, type RunRegistry } from './active-run.ts';
import type { RunStore } from './ports.ts';

export interface HaltAgainDeps {
  readonly halts: HaltAnnouncer;
  readonly clock: Pick<Clock, 'now'>;
}

interface NotedHaltsDeps extends HaltAgainDeps {
  readonly store: Pick<RunStore, 'listHalting'>;
  readonly registry: Pick<RunRegistry, 'size' | 'find'>;
  readonly log: Logger;
}

/**
 * Halts the runs in hand that are to be halted and have not heard of it: a halt is stored first, and whoever stored it
 * may not have lived to tell. Never throws.
 */
export function haltNoted(deps: NotedHaltsDeps): void {
  const { store, registry, log } = deps;
  if (registry.size === 0) return;
  try {
    for (const id of store.listHalting()) {
      const active = registry.find(id);
      if (active === undefined || active.stop.signal.aborted) continue;
      active.stop.abort(haltedError());
      tellHalt(deps, id);
    }
  } catch (err) {
    log.warn({ err }, 'halts not looked for');
  }
}

/** Tells the workers once more that a run is halted: its jobs may still be on. */
export function tellHalt({ halts, clock }: HaltAgainDeps, id: RunId): void {
  // SQLite has the truth: how the run ends does not wait for the bus.
  void halts.announce({ kind: 'run', id, at: clock.now() });
}

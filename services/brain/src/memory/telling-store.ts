import type { Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { UserChanges } from '../events/ports.ts';
import type { FactStore } from './ports.ts';

interface TellDeps {
  readonly changes: UserChanges;
  readonly clock: Pick<Clock, 'after'>;
}

/** A file of facts is many changes, and one look answers them all. */
const BURST_MS = 100;

/** Tells a user's readers that their facts have changed, whoever has changed them. */
export function tellChanges(facts: FactStore, deps: TellDeps): FactStore {
  const tell = createTeller(deps);
  return {
    ...facts,
    async add(tenant, fact) {
      const added = await facts.add(tenant, fact);
      tell(tenant);
      return added;
    },
    beginImport(tenant, importer) {
      const file = facts.beginImport(tenant, importer);
      return {
        async add(some) {
          const count = await file.add(some);
          tell(tenant);
          return count;
        },
      };
    },
    async correct(scope, id, correction) {
      const corrected = await facts.correct(scope, id, correction);
      if (corrected !== undefined) tell(corrected.tenant);
      return corrected;
    },
    async restore(scope, id, told) {
      const restored = await facts.restore(scope, id, told);
      if (restored !== undefined) tell(restored.tenant);
      return restored;
    },
    async remove(scope, id, fence) {
      const known = facts.find(scope, id);
      const isRemoved = await facts.remove(scope, id, fence);
      if (isRemoved && known !== undefined) tell(known.tenant);
      return isRemoved;
    },
  };
}

function createTeller({ changes, clock }: TellDeps): (tenant: Tenant) => void {
  const due = new Set<string>();
  return (tenant) => {
    const whose = JSON.stringify([tenant.org, tenant.user]);
    if (due.has(whose)) return;
    due.add(whose);
    clock.after(BURST_MS, () => {
      due.delete(whose);
      changes.tell(tenant, { type: 'facts' });
    });
  };
}

import type { Signs } from '@bakerst/bus';
import type { Tenant, UserChange, UserEvent } from '@bakerst/contracts';
import type { UserChanges } from './ports.ts';

interface UserFeedDeps {
  readonly signs: Pick<Signs, 'tellChange'>;
  /** Id of this brain. */
  readonly self: string;
}

/** What happens to a user's runs, jobs and conversations, as it happens; nothing is kept. */
export interface UserFeed extends UserChanges {
  watch(tenant: Tenant, listener: (event: UserEvent) => void): Disposable;
  /** Calls `listener` whenever something of anybody has changed. */
  watchAll(listener: (event: UserEvent) => void): Disposable;
  /** Hands on what another brain has told. */
  receive(change: UserChange): void;
}

export function createUserFeed({ signs, self }: UserFeedDeps): UserFeed {
  const watchers = new Map<string, Set<(event: UserEvent) => void>>();
  const all = new Set<(event: UserEvent) => void>();
  const tellHere = (tenant: Tenant, event: UserEvent): void => {
    for (const listener of all) listener(event);
    for (const listener of watchers.get(keyOf(tenant)) ?? []) listener(event);
  };
  return {
    tell(tenant, event) {
      tellHere(tenant, event);
      signs.tellChange({ from: self, ...tenant, event });
    },
    receive({ from, event, ...tenant }) {
      if (from !== self) tellHere(tenant, event);
    },
    watchAll(listener) {
      all.add(listener);
      return { [Symbol.dispose]: () => void all.delete(listener) };
    },
    watch(tenant, listener) {
      const key = keyOf(tenant);
      const listeners = watchers.get(key) ?? new Set();
      watchers.set(key, listeners.add(listener));
      return {
        [Symbol.dispose]() {
          listeners.delete(listener);
          if (listeners.size === 0) watchers.delete(key);
        },
      };
    },
  };
}

function keyOf({ org, user }: Tenant): string {
  return `${org}/${user}`;
}

import type { Tenant, UserEvent } from '@bakerst/contracts';

export interface UserChanges {
  /** Tells the user's readers, here and on other brains, that something is not what it was; may be lost. */
  tell(tenant: Tenant, event: UserEvent): void;
}

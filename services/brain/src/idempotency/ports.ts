import type { Tenant } from '@bakerst/contracts';

/** An Idempotency-Key with what it may stand for. */
export interface KeyedRequest {
  readonly key: string;
  /** Hash of what was asked: the same key with another one is refused. */
  readonly bodyHash: string;
}

interface RememberedKey {
  readonly bodyHash: string;
  /** Id of the run or job that the key started. */
  readonly subjectId: string;
}

export interface KeyStore {
  /** What a key of this user started within the last day. */
  find(tenant: Tenant, key: string): RememberedKey | undefined;
}

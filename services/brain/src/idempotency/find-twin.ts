import { createHash } from 'node:crypto';
import type { Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { KeyedRequest, KeyStore } from './ports.ts';

/** `body`: everything that makes the request what it is, in a fixed order. */
export function toKeyedRequest(key: string, body: readonly unknown[]): KeyedRequest {
  return { key, bodyHash: sha256(JSON.stringify(body)) };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Id of what the same request has started; throws AppError IDEMPOTENCY_MISMATCH for another request with its key. */
export function findTwin(
  keys: KeyStore,
  tenant: Tenant,
  request: KeyedRequest | undefined,
): string | undefined {
  if (request === undefined) return undefined;
  const known = keys.find(tenant, request.key);
  if (known === undefined) return undefined;
  if (known.bodyHash === request.bodyHash) return known.subjectId;
  throw new AppError(
    'IDEMPOTENCY_MISMATCH',
    'this Idempotency-Key belongs to a request with another body',
    { reason: 'IDEMPOTENCY_MISMATCH' },
  );
}

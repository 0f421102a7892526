import type { ErrorCode, Tenant } from '@bakerst/contracts';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { scopeOf } from '../principals/principal.ts';
import type { ManageTriggersDeps } from './manage-triggers.ts';
import type { ReceivedDelivery, Trigger } from './ports.ts';
import { type TakeDeps, takePayload } from './take-payload.ts';
import { type SignedRequest, type Verified, verifyDelivery } from './verify-delivery.ts';

export interface ReceiveDeps extends TakeDeps, Omit<ManageTriggersDeps, 'secrets'> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly parseBytes: (bytes: Buffer) => unknown;
  readonly limits: {
    takeDelivery(triggerId: string, perMinute: number): Promise<void>;
    noteBadLogin(address: string): Promise<void>;
  };
}

/** No trigger has it: whoever guesses names waits as long as whoever guesses secrets. */
const NOBODYS_SECRET = 'nobody-has-a-trigger-with-this-secret';

export interface IncomingDelivery extends Pick<SignedRequest, 'body' | 'header'> {
  readonly tenant: Tenant;
  readonly name: string;
  /** Of whoever sends. */
  readonly address: string;
  readonly requestId: string;
}

/**
 * Takes a delivery from outside. Throws AppError AUTHENTICATION_ERROR for an unknown trigger as for a wrong secret,
 * RATE_LIMIT_EXCEEDED, CONFLICT for a paused trigger, VALIDATION_ERROR; who shows the secret finds these in the list.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  incoming: IncomingDelivery,
): Promise<ReceivedDelivery> {
  const { tenant, name, body, header } = incoming;
  const trigger = deps.triggers.find(scopeOf(tenant), name);
  const secret = trigger && deps.triggers.readSecret(trigger);
  const signed = { body, header, now: deps.clock.now(), since: trigger?.replaySince ?? 0 };
  const verified = verifyDelivery(trigger?.preset ?? 'generic', secret ?? NOBODYS_SECRET, signed);
  if (trigger === undefined || secret === undefined || verified === undefined) {
    await deps.limits.noteBadLogin(incoming.address);
    throw new AppError('AUTHENTICATION_ERROR', 'the credential of this delivery is wrong', {
      reason: 'INVALID_SIGNATURE',
    });
  }
  deps.secrets.add(secret);
  return await takeVerified(deps, trigger, { incoming, verified }).catch(async (err: unknown) => {
    await noteRefused(deps, trigger, err);
    throw err;
  });
}

interface VerifiedDelivery {
  readonly incoming: IncomingDelivery;
  readonly verified: Verified;
}

async function takeVerified(
  deps: ReceiveDeps,
  trigger: Trigger,
  { incoming: { body, requestId }, verified: { key } }: VerifiedDelivery,
): Promise<ReceivedDelivery> {
  await deps.limits.takeDelivery(trigger.id, trigger.perMinute);
  return await takePayload(deps, trigger, { payload: deps.parseBytes(body), key, requestId });
}

/** Refusals that the person should find, for they are about the trigger or what came. */
const NOTED: ReadonlySet<ErrorCode> = new Set([
  'RATE_LIMIT_EXCEEDED',
  'QUEUE_DEPTH_EXCEEDED',
  'CONFLICT',
  'VALIDATION_ERROR',
]);

async function noteRefused({ triggers, log }: ReceiveDeps, trigger: Trigger, err: unknown) {
  if (!(err instanceof AppError) || !NOTED.has(err.code)) return;
  try {
    await triggers.noteRefused(trigger, err.reason ?? err.code);
  } catch (cause) {
    // Its sender is told all the same.
    log.warn({ err: cause }, 'refused delivery not noted');
  }
}

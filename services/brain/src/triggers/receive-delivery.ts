import type { Tenant } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import { hideInJson, type Secrets } from '@bakerst/kit/secrets';
import { z } from 'zod';
import type { TellFired } from '../actions/ports.ts';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyStore } from '../idempotency/ports.ts';
import { scopeOf } from '../principals/principal.ts';
import { hasReason } from '../runs/active-run.ts';
import { type ManageTriggersDeps, tellTrigger } from './manage-triggers.ts';
import type { Delivery, NewDelivery, ReceivedDelivery, Trigger } from './ports.ts';
import { prepareDelivery } from './prepare-delivery.ts';
import { type SignedRequest, verifyDelivery } from './verify-delivery.ts';

export interface ReceiveDeps extends Omit<ManageTriggersDeps, 'secrets'> {
  readonly secrets: Pick<Secrets, 'add' | 'redact'>;
  readonly keys: KeyStore;
  readonly tellFired: TellFired;
  readonly clock: Clock;
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
 * RATE_LIMIT_EXCEEDED, CONFLICT for a paused trigger, VALIDATION_ERROR.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  incoming: IncomingDelivery,
): Promise<ReceivedDelivery> {
  const { tenant, name, body, header, requestId } = incoming;
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
  await deps.limits.takeDelivery(trigger.id, trigger.perMinute);
  return await takePayload(deps, trigger, {
    payload: deps.parseBytes(body),
    key: verified.key,
    requestId,
  });
}

/** Filters a payload, fills the action with it, stores both and sets off what it may. */
export async function takePayload(
  deps: ReceiveDeps,
  trigger: Trigger,
  delivery: Omit<NewDelivery, 'prepared'>,
): Promise<ReceivedDelivery> {
  if (trigger.isPaused)
    throw new AppError('CONFLICT', 'this trigger is paused', { reason: 'TRIGGER_PAUSED' });
  const payload = hideInJson(z.json(), z.json().parse(delivery.payload), deps.secrets);
  const prepared = prepareDelivery(deps.templates, trigger, payload);
  const received = await deps.triggers.receive(trigger, { ...delivery, payload, prepared });
  deps.tellFired(received.fired);
  tellTrigger(deps, trigger);
  return received;
}

interface Replay {
  readonly delivery: Delivery;
  /** Idempotency-Key. */
  readonly key: string | undefined;
  readonly requestId: string;
}

/** Has a delivery fire once more. Throws AppError CONFLICT, reason REPLAY_REVOKED, for one from before a restore. */
export async function replayDelivery(
  deps: ReceiveDeps,
  trigger: Trigger,
  { delivery, key, requestId }: Replay,
): Promise<Pick<ReceivedDelivery, 'delivery'>> {
  if (delivery.at < trigger.replaySince)
    throw new AppError('CONFLICT', 'this delivery is from before a restore', {
      reason: 'REPLAY_REVOKED',
    });
  const idempotency = key === undefined ? undefined : toKeyedRequest(key, ['replay', delivery.id]);
  const find = () => {
    const id = findTwin(deps.keys, trigger.tenant, idempotency);
    return id === undefined ? undefined : deps.triggers.findDelivery(trigger, id);
  };
  const known = find();
  if (known !== undefined) return { delivery: known };
  const { payload, id: replayOf } = delivery;
  return await takePayload(deps, trigger, { payload, replayOf, idempotency, requestId }).catch(
    (err: unknown) => {
      const twin = hasReason(err, 'KEY_IN_USE') ? find() : undefined;
      if (twin === undefined) throw err;
      return { delivery: twin };
    },
  );
}

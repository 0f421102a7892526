import { AppError } from '@bakerst/kit';
import { hideInJson } from '@bakerst/kit/secrets';
import { z } from 'zod';
import type { TellFired } from '../actions/ports.ts';
import { findTwin, toKeyedRequest } from '../idempotency/find-twin.ts';
import type { KeyedRequest, KeyStore } from '../idempotency/ports.ts';
import { hasReason } from '../runs/active-run.ts';
import { type ManageTriggersDeps, tellTrigger } from './manage-triggers.ts';
import type { Delivery, NewDelivery, ReceivedDelivery, Trigger } from './ports.ts';
import { prepareDelivery } from './prepare-delivery.ts';

export interface TakeDeps extends Pick<ManageTriggersDeps, 'triggers' | 'templates' | 'changes'> {
  readonly secrets: Parameters<typeof hideInJson>[2] & ManageTriggersDeps['secrets'];
  readonly keys: KeyStore;
  readonly tellFired: TellFired;
}

export interface Payload extends Omit<NewDelivery, 'prepared' | 'payloadText'> {
  /** JSON. */
  readonly payload: unknown;
}

/** Filters a payload, fills the action with it, stores both and sets off what it may. */
export async function takePayload(
  deps: TakeDeps,
  trigger: Trigger,
  { payload: given, ...delivery }: Payload,
): Promise<ReceivedDelivery> {
  if (trigger.isPaused)
    throw new AppError('CONFLICT', 'this trigger is paused', { reason: 'TRIGGER_PAUSED' });
  const payload = hideInJson(z.unknown(), given, deps.secrets);
  const prepared = prepareDelivery(deps.templates, trigger, payload);
  const payloadText = JSON.stringify(payload);
  const received = await deps.triggers.receive(trigger, { ...delivery, payloadText, prepared });
  deps.tellFired(received.fired);
  tellTrigger(deps, trigger);
  return received;
}

interface KeyedPayload extends Omit<Payload, 'idempotency' | 'key'> {
  /** Idempotency-Key. */
  readonly key: string | undefined;
  /** Everything that makes the request what it is. */
  readonly parts: readonly unknown[];
}

/** The same; a known Idempotency-Key gives the delivery that it has made. */
export async function takeOnce(
  deps: TakeDeps,
  trigger: Trigger,
  { key, parts, ...payload }: KeyedPayload,
): Promise<Pick<ReceivedDelivery, 'delivery'>> {
  const idempotency = key === undefined ? undefined : toKeyedRequest(key, parts);
  const known = findMade(deps, trigger, idempotency);
  if (known !== undefined) return { delivery: known };
  return await takePayload(deps, trigger, { ...payload, idempotency }).catch((err: unknown) => {
    const twin = hasReason(err, 'KEY_IN_USE') ? findMade(deps, trigger, idempotency) : undefined;
    if (twin === undefined) throw err;
    return { delivery: twin };
  });
}

function findMade(
  { keys, triggers }: TakeDeps,
  trigger: Trigger,
  keyed: KeyedRequest | undefined,
): Delivery | undefined {
  const id = findTwin(keys, trigger.tenant, keyed);
  return id === undefined ? undefined : triggers.findDelivery(trigger, id);
}

interface Replay {
  readonly delivery: Delivery;
  /** Idempotency-Key. */
  readonly key: string | undefined;
  readonly requestId: string;
}

/**
 * Has a delivery fire once more. Throws AppError CONFLICT, reason REPLAY_REVOKED for one from before a restore,
 * NOTHING_TO_REPLAY for one of which nothing was read.
 */
export async function replayDelivery(
  deps: TakeDeps,
  trigger: Trigger,
  { delivery, key, requestId }: Replay,
): Promise<Pick<ReceivedDelivery, 'delivery'>> {
  const { id: replayOf, at } = delivery;
  if (at < trigger.replaySince)
    throw new AppError('CONFLICT', 'this delivery is from before a restore', {
      reason: 'REPLAY_REVOKED',
    });
  const text = deps.triggers.readPayload(trigger, replayOf);
  if (text === undefined)
    throw new AppError('CONFLICT', 'this delivery was refused before it was read', {
      reason: 'NOTHING_TO_REPLAY',
    });
  const payload: unknown = JSON.parse(text);
  return await takeOnce(deps, trigger, {
    ...{ payload, replayOf, requestId, key },
    parts: ['replay', replayOf],
  });
}

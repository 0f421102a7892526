import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { TriggerPreset } from '@bakerst/contracts/schedules';
import type { DeliveryKey } from './ports.ts';

/** How old, or how far ahead, a signature may be. */
const SIGNATURE_LIFE_MS = 300_000;

export interface SignedRequest {
  readonly body: Buffer;
  /** A header by its name in small letters. */
  readonly header: (name: string) => string | undefined;
  readonly now: number;
  /** Signatures from before are not taken. */
  readonly since: number;
}

/** A delivery that may come in; `key`: by what the same one is known again. */
export interface Verified {
  readonly key: DeliveryKey | undefined;
}

/** Looks whether a request shows the secret of its trigger, in constant time; undefined when it does not. */
export function verifyDelivery(
  preset: TriggerPreset,
  secret: string,
  request: SignedRequest,
): Verified | undefined {
  switch (preset) {
    case 'generic':
      return verifySignature(secret, request);
    case 'github': {
      const signature = request.header('x-hub-signature-256') ?? '';
      const isRight = isSame(signature, `sha256=${sign(secret, request.body)}`);
      return isRight ? { key: { text: signature, isUndated: true } } : undefined;
    }
    case 'alertmanager':
    case 'grafana':
    case 'home-assistant':
    case 'token': {
      const bearer = /^Bearer (.*)$/i.exec(request.header('authorization') ?? '')?.[1];
      const token = bearer ?? request.header('x-bakerst-token') ?? '';
      return isSame(token, secret) ? { key: undefined } : undefined;
    }
    default:
      return preset satisfies never;
  }
}

function verifySignature(secret: string, request: SignedRequest): Verified | undefined {
  const { body, header, now, since } = request;
  const stamp = header('x-bakerst-timestamp') ?? '';
  const signature = header('x-bakerst-signature') ?? '';
  const signed = Buffer.concat([Buffer.from(`${stamp}.`), body]);
  // Before anything else: what is wrong takes as long as what is right.
  const isRight = isSame(signature, `sha256=${sign(secret, signed)}`);
  const at = /^\d{1,12}$/.test(stamp) ? Number(stamp) * 1_000 : Number.NaN;
  const isFresh = Math.abs(now - at) <= SIGNATURE_LIFE_MS && at + 1_000 > since;
  return isRight && isFresh ? { key: { text: signature, isUndated: false } } : undefined;
}

function sign(secret: string, bytes: Buffer): string {
  return createHmac('sha256', secret).update(bytes).digest('hex');
}

function isSame(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

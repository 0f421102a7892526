import { ApiError } from '@bakerst/client';
import type { DeliveryReport, DeliveryReported } from '@bakerst/contracts/channels';
import type { Clock, Logger } from '@bakerst/kit';
import { type Brain, insist } from '../brain.ts';
import type { Channel } from '../channel.ts';

export interface ReportDeps {
  readonly brain: Pick<Brain, 'reportDelivery'>;
  readonly channel: Pick<Channel, 'name'>;
  readonly holder: string;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

export type Report = DeliveryReport extends infer R
  ? R extends unknown
    ? Omit<R, 'holder'>
    : never
  : never;

export interface Reported extends DeliveryReported {
  /** Of a part that was sent already. */
  readonly message_id?: string | null | undefined;
}

/** Another gateway serves the channel from now on. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The delivery was closed by others: nothing of it is to be sent any more. */
export class Closed extends Error {
  override readonly name = 'Closed';
}

/** Tells the brain what becomes of a delivery, until it has answered. Throws Fenced, Closed. */
export async function reportDelivery(
  deps: ReportDeps,
  { id, report }: { readonly id: string; readonly report: Report },
  until: AbortSignal,
): Promise<Reported> {
  const { brain, channel, holder } = deps;
  const told = { ...report, holder };
  try {
    return await insist(deps, () => brain.reportDelivery(channel.name, id, told), until);
  } catch (err) {
    throw toRefusal(err);
  }
}

function toRefusal(cause: unknown): unknown {
  const reason = cause instanceof ApiError ? cause.body?.reason : undefined;
  if (reason === 'FENCED') return new Fenced('another gateway serves the channel', { cause });
  if (reason === 'DELIVERY_CLOSED') return new Closed('the delivery was closed', { cause });
  return cause;
}

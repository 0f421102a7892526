import { ApiError } from '@bakerst/client';
import type {
  ChannelDelivery,
  DeliveryReport,
  DeliveryReported,
} from '@bakerst/contracts/channels';
import type { Clock, Logger } from '@bakerst/kit';
import { type Brain, insist } from '../brain.ts';
import type { Channel, Outgoing, OutgoingFile, Sent } from '../channel.ts';
import { markAsRepeat, REPEAT_MARK } from './lay-out.ts';

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;
const MAX_DOUBLINGS = 6;

export interface PartsDeps {
  readonly brain: Pick<Brain, 'reportDelivery'>;
  readonly channel: Pick<Channel, 'change' | 'inTurn' | 'name' | 'send' | 'sendFile'>;
  readonly holder: string;
  /** Aborted when nothing more can be told: what was sent is told of until then. */
  readonly ending: AbortSignal;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

type Event = DeliveryReport extends infer R
  ? R extends unknown
    ? Omit<R, 'holder'>
    : never
  : never;

/** The channel will not take it: nobody needs to try again. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Another gateway serves the channel from now on. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The messages that one delivery is made of; each is sent once, or marked as one that may come twice. */
export interface Parts {
  /** How many there are, from 0 without a gap. */
  count(): number;
  /** Sends the part, or changes it if it was sent; does nothing when it looks like that already. Throws Refused. */
  show(index: number, message: Outgoing): Promise<void>;
  /** Sends a file unless it was sent. Throws Refused. */
  showFile(index: number, file: OutgoingFile): Promise<void>;
  report(event: Event): Promise<void>;
}

interface Shown {
  readonly messageId: string;
  readonly isRepeat: boolean;
  /** How it looks, as far as is known here. */
  look: string | undefined;
}

/** All that the parts of one delivery share. */
interface Desk {
  readonly deps: PartsDeps;
  readonly delivery: ChannelDelivery;
  /** What it cuts short is told of by whoever comes next. */
  readonly signal: AbortSignal;
  readonly shown: Map<number, Shown>;
}

export function openParts(deps: PartsDeps, delivery: ChannelDelivery, signal: AbortSignal): Parts {
  const { chat } = delivery;
  const desk = { deps, delivery, signal, shown: toShown(delivery) };
  const { shown } = desk;
  return {
    count: () => shown.size,
    async show(index, message) {
      const look = JSON.stringify({ ...message, replyTo: undefined });
      const known = shown.get(index);
      if (known !== undefined) return await change(desk, known, { message, look });
      await send(desk, index, (isRepeat) => deps.channel.send(chat, toMarked(message, isRepeat)));
      const sent = shown.get(index);
      if (sent !== undefined) sent.look = look;
    },
    async showFile(index, file) {
      if (shown.has(index)) return;
      await send(desk, index, (isRepeat) => {
        const caption = isRepeat ? REPEAT_MARK + file.caption : file.caption;
        return deps.channel.sendFile(chat, { ...file, caption });
      });
    },
    report: async (event) => void (await tell(desk, event, signal)),
  };
}

function toShown({ parts }: ChannelDelivery): Map<number, Shown> {
  const shown = new Map<number, Shown>();
  for (const { index, state, message_id: messageId, may_be_repeat: isRepeat = false } of parts)
    if (state === 'sent' && messageId !== null)
      shown.set(index, { messageId, isRepeat, look: undefined });
  return shown;
}

type Send = (isRepeat: boolean) => Promise<Sent>;

/** Sends a part, again and again if it must be. */
async function send(desk: Desk, index: number, call: Send): Promise<void> {
  const { deps, delivery, signal } = desk;
  for (let tries = 0; ; tries += 1) {
    const sent = await sendOnce(desk, index, call);
    if (sent.status === 'sent') return;
    deps.log.warn({ deliveryId: delivery.id, part: index, ...sent }, 'message was not sent');
    if (sent.status === 'refused') throw new Refused(sent.why);
    await deps.clock.sleep(waitFor(tries), signal);
  }
}

async function sendOnce(desk: Desk, part: number, call: Send): Promise<Sent> {
  const { deps, delivery, signal, shown } = desk;
  return await deps.channel.inTurn(delivery.chat, async () => {
    signal.throwIfAborted();
    const { may_be_repeat: isRepeat } = await tell(desk, { event: 'sending', part }, signal);
    const sent = await call(isRepeat);
    if (sent.status === 'sent') {
      const { messageId } = sent;
      shown.set(part, { messageId, isRepeat, look: undefined });
      await tell(desk, { event: 'sent', part, message_id: messageId }, deps.ending);
    } else {
      const event = sent.status === 'unknown' ? 'unknown' : 'not_sent';
      await tell(desk, { event, part }, deps.ending);
    }
    return sent;
  });
}

interface Wanted {
  readonly message: Outgoing;
  readonly look: string;
}

async function change(desk: Desk, part: Shown, { message, look }: Wanted): Promise<void> {
  const { deps, delivery, signal } = desk;
  const marked = toMarked(message, part.isRepeat);
  for (let tries = 0; part.look !== look; tries += 1) {
    const changed = await deps.channel.inTurn(delivery.chat, () => {
      signal.throwIfAborted();
      return deps.channel.change(delivery.chat, part.messageId, marked);
    });
    // A message that is gone, or too old to be changed, stays as it is.
    if (changed.status !== 'not_changed') part.look = look;
    else await deps.clock.sleep(waitFor(tries), signal);
  }
}

function toMarked(message: Outgoing, isRepeat: boolean): Outgoing {
  return isRepeat ? { ...message, text: markAsRepeat(message.text) } : message;
}

async function tell(
  { deps, delivery }: Desk,
  event: Event,
  until: AbortSignal,
): Promise<DeliveryReported> {
  const { brain, channel, holder } = deps;
  const report = { ...event, holder };
  try {
    return await insist(deps, () => brain.reportDelivery(channel.name, delivery.id, report), until);
  } catch (err) {
    throw isFenced(err) ? new Fenced('another gateway serves the channel', { cause: err }) : err;
  }
}

function isFenced(err: unknown): boolean {
  return err instanceof ApiError && err.body?.reason === 'FENCED';
}

function waitFor(tries: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries, MAX_DOUBLINGS), MAX_WAIT_MS);
}

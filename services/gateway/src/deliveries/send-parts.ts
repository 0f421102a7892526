import type { ChannelDelivery } from '@bakerst/contracts/channels';
import type { Changed, Channel, Outgoing, OutgoingFile, Sent } from '../channel.ts';
import { markAsRepeat, REPEAT_MARK } from './lay-out.ts';
import { type Report, type ReportDeps, type Reported, reportDelivery } from './report-delivery.ts';
import {
  putShown,
  readShown,
  type Shown,
  type ShownParts,
  toFilePart,
  toNextPart,
  toShown,
} from './shown-parts.ts';

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;
const MAX_DOUBLINGS = 6;

export interface PartsDeps extends ReportDeps {
  readonly channel: Pick<
    Channel,
    'change' | 'changeButtons' | 'inTurn' | 'name' | 'send' | 'sendFile'
  >;
  /** Holds back what would leave too many intents without an outcome at once. */
  readonly limit: <T>(send: () => Promise<T>) => Promise<T>;
  /** Aborted when nothing more can be told: what was sent is told of until then. */
  readonly ending: AbortSignal;
}

/** The channel will not take it: nobody needs to try again. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

interface LookOptions {
  /** It stays so: should the message be gone, or not be changed, another one says it. */
  readonly isFinal?: boolean;
}

/** The messages that one delivery is made of; each is sent once, or marked as one that may come twice. */
export interface Parts {
  /** How many texts there are, from 0 without a gap. */
  count(): number;
  /** Whether a file was sent. */
  hasFile(): boolean;
  /** Sends the text of a place, or changes it if it was sent; does nothing when it looks like that already. Throws Refused. */
  show(place: number, message: Outgoing, options?: LookOptions): Promise<void>;
  /** Sends a file unless it was sent; its buttons are the only ones below a file then. Throws Refused. */
  showFile(file: OutgoingFile): Promise<void>;
  report(report: Report): Promise<void>;
}

/** All that the parts of one delivery share. */
interface Desk {
  readonly deps: PartsDeps;
  readonly delivery: ChannelDelivery;
  /** What it cuts short is told of by whoever comes next. */
  readonly signal: AbortSignal;
  readonly shown: ShownParts;
}

export function openParts(deps: PartsDeps, delivery: ChannelDelivery, signal: AbortSignal): Parts {
  const shown = readShown(delivery);
  const desk = { deps, delivery, signal, shown };
  return {
    count: () => shown.texts.size,
    hasFile: () => shown.files.size > 0,
    async show(place, message, { isFinal = false } = {}) {
      const wanted = { message, look: JSON.stringify({ ...message, replyTo: undefined }) };
      for (let part: number | undefined = place; part !== undefined; ) {
        const known: Shown = shown.texts.get(place) ?? (await sendText(desk, part, wanted));
        // One that stands by an intent of before says what was meant then.
        await change(desk, known, wanted);
        part = isFinal && (known.isGone || known.isStale) ? toNextPart(known) : undefined;
        if (part !== undefined) await sendText(desk, part, wanted);
      }
    },
    showFile: (file) => showFile(desk, file),
    report: async (report) => void (await tell(desk, report, signal)),
  };
}

interface Wanted {
  readonly message: Outgoing;
  readonly look: string;
}

async function sendText(desk: Desk, part: number, { message, look }: Wanted): Promise<Shown> {
  const { channel } = desk.deps;
  const { chat } = desk.delivery;
  return await send(desk, part, {
    look,
    call: (isRepeat) => channel.send(chat, toMarked(message, isRepeat)),
  });
}

async function showFile(desk: Desk, file: OutgoingFile): Promise<void> {
  const { channel } = desk.deps;
  const { chat } = desk.delivery;
  const part = toFilePart(file);
  const look = JSON.stringify(file.buttons ?? []);
  const own =
    desk.shown.files.get(part) ??
    (await send(desk, part, {
      look,
      call: (isRepeat) => {
        const caption = isRepeat ? REPEAT_MARK + file.caption : file.caption;
        return channel.sendFile(chat, { ...file, caption });
      },
    }));
  if (own.look !== look) await changeButtons(desk, own, file.buttons ?? []);
  own.look = look;
  for (const other of desk.shown.files.values()) {
    if (other === own || other.look === NO_BUTTONS) continue;
    await changeButtons(desk, other, []);
    other.look = NO_BUTTONS;
  }
}

const NO_BUTTONS = '[]';

async function changeButtons(
  { deps: { channel }, delivery: { chat }, signal }: Desk,
  { messageId }: Shown,
  buttons: NonNullable<OutgoingFile['buttons']>,
): Promise<void> {
  await channel.inTurn(chat, async () => {
    signal.throwIfAborted();
    await channel.changeButtons(chat, messageId, buttons);
  });
}

interface Sending {
  readonly look: string;
  readonly call: (isRepeat: boolean) => Promise<Sent>;
}

/** Sends a part, again and again if it must be. */
async function send(desk: Desk, part: number, sending: Sending): Promise<Shown> {
  const { deps, delivery, signal, shown } = desk;
  for (let tries = 0; ; tries += 1) {
    const sent = await sendOnce(desk, part, sending);
    if ('messageId' in sent) {
      putShown(shown, sent);
      return sent;
    }
    deps.log.warn({ deliveryId: delivery.id, part, ...sent }, 'message was not sent');
    if (sent.status === 'refused') throw new Refused(sent.why);
    await deps.clock.sleep(waitFor(tries), signal);
  }
}

type Unsent = Exclude<Sent, { status: 'sent' }>;

async function sendOnce(desk: Desk, part: number, sending: Sending): Promise<Shown | Unsent> {
  const { deps, delivery } = desk;
  return await deps.channel.inTurn(delivery.chat, () =>
    whileAskedToWait(desk, part, () => deps.limit(() => sendByIntent(desk, part, sending))),
  );
}

/** The chat's turn lasts as long as the channel asks to wait: so must whatever else is to be said there. */
async function whileAskedToWait<T extends Changed | Sent | Shown>(
  { deps, delivery, signal }: Desk,
  part: number,
  act: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const done = await act();
    const retryAfterMs = 'retryAfterMs' in done ? done.retryAfterMs : undefined;
    if (retryAfterMs === undefined) return done;
    deps.log.info({ deliveryId: delivery.id, part, retryAfterMs }, 'channel asks to wait');
    await deps.clock.sleep(retryAfterMs, signal);
  }
}

async function sendByIntent(desk: Desk, part: number, sending: Sending): Promise<Shown | Unsent> {
  const { deps, signal } = desk;
  signal.throwIfAborted();
  const { may_be_repeat: isRepeat, message_id: known } = await tell(
    desk,
    { event: 'sending', part },
    signal,
  );
  if (typeof known === 'string') return toShown({ part, messageId: known, isRepeat });
  const sent = await sending.call(isRepeat);
  if (sent.status !== 'sent') {
    const event = sent.status === 'unknown' ? 'unknown' : 'not_sent';
    await tell(desk, { event, part }, deps.ending);
    return sent;
  }
  const { messageId } = sent;
  const shown = { ...toShown({ part, messageId, isRepeat }), look: sending.look };
  putShown(desk.shown, shown);
  await tell(desk, { event: 'sent', part, message_id: messageId }, deps.ending);
  return shown;
}

async function change(desk: Desk, part: Shown, { message, look }: Wanted): Promise<void> {
  const { deps, delivery, signal } = desk;
  const marked = toMarked(message, part.isRepeat);
  for (let tries = 0; part.look !== look && !part.isGone; tries += 1) {
    const changed = await deps.channel.inTurn(delivery.chat, () =>
      whileAskedToWait(desk, part.part, () => {
        signal.throwIfAborted();
        return deps.channel.change(delivery.chat, part.messageId, marked);
      }),
    );
    part.isGone = changed.status === 'gone';
    part.isStale = changed.status === 'refused';
    if (changed.status === 'not_changed') await deps.clock.sleep(waitFor(tries), signal);
    // The same is not tried again where it was refused.
    else part.look = look;
  }
}

function toMarked(message: Outgoing, isRepeat: boolean): Outgoing {
  return isRepeat ? { ...message, text: markAsRepeat(message.text) } : message;
}

async function tell(desk: Desk, report: Report, until: AbortSignal): Promise<Reported> {
  const { deps, delivery } = desk;
  return await reportDelivery(deps, { id: delivery.id, report }, until);
}

function waitFor(tries: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries, MAX_DOUBLINGS), MAX_WAIT_MS);
}

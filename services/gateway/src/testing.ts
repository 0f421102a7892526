import { ApiError, type UnreadableDelivery } from '@bakerst/client';
import type { ChannelDelivery, DeliveryEvent } from '@bakerst/contracts/channels';
import type { Brain } from './brain.ts';
import type { Channel, Outgoing, OutgoingFile } from './channel.ts';

/** A delivery of a text in a chat, as the brain tells it. */
export function toTextDelivery(id: string, more: Partial<ChannelDelivery> = {}): ChannelDelivery {
  return {
    id,
    org: null,
    user_id: null,
    chat: { id: '4201', kind: 'direct' },
    reply_to: null,
    content: { type: 'text', text: `text of ${id}` },
    parts: [],
    status: 'open',
    revision: 1,
    created_at: '2026-11-28T00:00:00.000Z',
    ...more,
  };
}

export function toApiError(status: number, reason?: string, code = 'CONFLICT'): ApiError {
  const body = { error: 'refused', code, message: 'refused', request_id: '', reason };
  return new ApiError(new Response(null, { status }), JSON.stringify(body));
}

/** The outbox of a brain in memory: intents of another holder that have no outcome make a repeat. */
export function createMemoryOutbox() {
  const intents = new Map<string, string>();
  const reports: string[] = [];
  const holders: string[] = [];
  let served: ReturnType<typeof openStream> | undefined;
  const brain: Pick<Brain, 'listChannels' | 'reportDelivery' | 'watchDeliveries'> = {
    async *watchDeliveries(_channel, { holder }, { signal } = {}) {
      served?.tell({ type: 'taken_over' });
      holders.push(holder);
      const stream = openStream(signal);
      served = stream;
      stream.tell({ type: 'hello' });
      yield* stream.read();
    },
    async reportDelivery(_channel, id, report) {
      if (report.holder !== holders.at(-1)) throw toApiError(409, 'FENCED');
      const name = 'part' in report ? `${id}/${report.part}` : id;
      reports.push(`${report.event} ${name}`);
      const known = intents.get(name);
      if (report.event === 'sending') intents.set(name, known ?? report.holder);
      else intents.delete(name);
      return { may_be_repeat: known !== undefined && known !== report.holder };
    },
    async listChannels() {
      const own = { channel: 'telegram', bot: null, access: 'list', open: 0 } as const;
      return { data: [{ ...own, is_connected: served !== undefined }] };
    },
  };
  return {
    brain,
    reports,
    holders,
    tell: (event: DeliveryEvent | UnreadableDelivery): void => served?.tell(event),
    /** Whoever serves goes away. */
    leave(): void {
      served = undefined;
    },
  };
}

function openStream(signal: AbortSignal | undefined) {
  const events: (DeliveryEvent | UnreadableDelivery)[] = [];
  let wake = (): void => undefined;
  signal?.addEventListener('abort', () => wake());
  return {
    tell(event: DeliveryEvent | UnreadableDelivery): void {
      events.push(event);
      wake();
    },
    async *read(): AsyncGenerator<DeliveryEvent | UnreadableDelivery> {
      while (signal?.aborted !== true) {
        yield* events.splice(0);
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (events.length > 0 || signal?.aborted === true) resolve();
        });
      }
    },
  };
}

interface Told {
  readonly id: string;
  text: string;
  readonly file: string | undefined;
  buttons: readonly string[];
}

/** A chat in memory, which refuses nothing; of what is not there nothing can be changed. */
export function createMemoryChannel() {
  const shown = new Map<string, Told>();
  let count = 0;
  const put = (told: Omit<Told, 'id'>) => {
    count += 1;
    const id = String(count);
    shown.set(id, { id, ...told });
    return { status: 'sent', messageId: id } as const;
  };
  const channel: Channel = {
    name: 'telegram',
    maxChars: 4096,
    identify: async () => ({ id: '1', username: 'baker_bot' }),
    offer: async () => undefined,
    receive: async () => undefined,
    takePending: async () => undefined,
    inTurn: async (_chat, act) => await act(),
    send: async (_chat, message) =>
      put({ text: message.text.text, file: undefined, buttons: toLabels(message) }),
    sendFile: async (_chat, file) =>
      put({ text: file.caption, file: file.content, buttons: toLabels(file) }),
    async change(_chat, id, message) {
      const known = shown.get(id);
      if (known === undefined || known.file !== undefined) return { status: 'gone', why: 'gone' };
      Object.assign(known, { text: message.text.text, buttons: toLabels(message) });
      return { status: 'changed' };
    },
    async changeButtons(_chat, id, buttons) {
      Object.assign(shown.get(id) ?? {}, { buttons: toLabels({ buttons }) });
    },
    showTyping: async () => undefined,
  };
  return { channel, shown, list: () => [...shown.values()] };
}

function toLabels({ buttons = [] }: Pick<Outgoing | OutgoingFile, 'buttons'>): readonly string[] {
  return buttons.flat().map(({ label }) => label);
}

import type { ChannelChat } from '@bakerst/contracts/channels';
import { silentLogger, systemClock } from '@bakerst/kit';
import { afterEach, beforeEach } from 'vitest';
import type { Channel, Received, Sent } from '../../../services/gateway/src/channel.ts';
import type { Notes } from '../../../services/gateway/src/telegram/telegram-albums.ts';
import { createTelegramApi } from '../../../services/gateway/src/telegram/telegram-api.ts';
import { createTelegramChannel } from '../../../services/gateway/src/telegram/telegram-channel.ts';
import { readMarkdown } from '../../../services/gateway/src/text/read-markdown.ts';
import { BOT_TOKEN, type BotApi, openBotApi } from '../../support/bot-api/open-bot-api.ts';
import { GARY } from '../../support/bot-api/speech.ts';

export const CHAT = { id: String(GARY.id), kind: 'direct' } as const;
export const SECRET = 'webhook-secret-of-the-tests';

export interface ChannelOptions {
  readonly token?: string;
  readonly webhookPort?: number;
  readonly timeoutMs?: number;
  readonly ending?: AbortSignal;
  /** What stands in the address behind the path. */
  readonly webhookQuery?: string;
  /** Of the brain, which outlives gateways. */
  readonly notes?: Notes;
}

/** Notes in memory, of people who are all known; the first under a key stays. */
export function createNotes(): Notes & { readonly pending: Map<string, string> } {
  const noted = new Map<string, string>();
  const pending = new Map<string, string>();
  return {
    pending,
    isKnown: async ({ sender }) => sender.name !== 'Eve',
    async put(_message, { key, value, isPending = false }) {
      const first = noted.get(key) ?? value;
      if (!noted.has(key) && isPending) pending.set(key, value);
      noted.set(key, first);
      return { value: first, isDone: !pending.has(key) };
    },
  };
}

export function openTelegram(
  { url: apiRoot }: Pick<BotApi, 'url'>,
  {
    token = BOT_TOKEN,
    webhookPort = 0,
    timeoutMs = 5_000,
    ending = new AbortController().signal,
    webhookQuery = '',
    notes = createNotes(),
  }: ChannelOptions,
): Channel {
  const webhook = {
    url: `http://127.0.0.1:${webhookPort}/telegram${webhookQuery}`,
    path: '/telegram',
    port: webhookPort,
    host: '127.0.0.1',
    secret: SECRET,
  };
  return createTelegramChannel(
    {
      api: createTelegramApi({ token, apiRoot, timeoutMs }, ending),
      pollApi: createTelegramApi({ token, apiRoot, timeoutMs: 40_000 }, ending),
      notes,
      stopping: ending,
      clock: systemClock,
      log: silentLogger,
    },
    { token, apiRoot, webhook: webhookPort === 0 ? undefined : webhook },
  );
}

/** A Bot API of its own for each test of a file, and channels that talk to it. */
export function useBotApi() {
  let api: BotApi | undefined;
  const find = (): BotApi => {
    if (api === undefined) throw new Error('there is a Bot API within tests only');
    return api;
  };
  beforeEach(async () => {
    api = await openBotApi();
  });
  afterEach(async () => {
    await api?.[Symbol.asyncDispose]();
  });
  return {
    get api() {
      return find();
    },
    openChannel: (options: ChannelOptions = {}) => openTelegram(find(), options),
  };
}

/** Receives until disposed; `take` may hold up what comes in. */
export function receiveAll(
  channel: Channel,
  take: (received: Received) => Promise<void> = () => Promise.resolve(),
) {
  const received: Received[] = [];
  const receiving: boolean[] = [];
  const stopping = new AbortController();
  const waiters = new Set<() => void>();
  const ended = channel.receive(
    async (each) => {
      received.push(each);
      for (const look of waiters) look();
      await take(each);
    },
    (isReceiving) => void receiving.push(isReceiving),
    stopping.signal,
  );
  return {
    received,
    isReceiving: () => receiving.at(-1) ?? false,
    messages: () => received.flatMap((each) => (each.type === 'message' ? [each] : [])),
    async atLeast(count: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => void (received.length >= count && resolve());
      waiters.add(look);
      look();
      await promise;
    },
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

export const send = (channel: Channel, markdown: string, chat: ChannelChat = CHAT): Promise<Sent> =>
  channel.inTurn(chat, () => channel.send(chat, { text: readMarkdown(markdown) }));

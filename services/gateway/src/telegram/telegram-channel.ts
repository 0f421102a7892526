import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { untilAborted } from '../brain.ts';
import type { Bot, Channel, Received } from '../channel.ts';
import { createPace } from './pace.ts';
import { type Albums, createAlbums, type Notes } from './telegram-albums.ts';
import { createDownloads, type Downloads } from './telegram-files.ts';
import { createIntake } from './telegram-intake.ts';
import { toFailure, toReason } from './telegram-outcome.ts';
import { pollUpdates } from './telegram-polling.ts';
import { createTelegramSending, MESSAGE_MAX_CHARS } from './telegram-sending.ts';
import { isGrammySignal } from './telegram-signal.ts';
import { ALLOWED_UPDATES, readUpdate, type UpdateParts } from './telegram-updates.ts';
import { openWebhook, type WebhookPlace } from './telegram-webhook.ts';

/** One message a second in a chat, 20 a minute in a group, 30 a second in all (https://core.telegram.org/bots/faq). */
const CHAT_MS = 1_000;
const GROUP_MS = 3_000;
const PER_SECOND = 30;
const CALLBACK_TEXT_MAX_CHARS = 200;
const COMMAND_NAME = /^[a-z0-9_]{1,32}$/;
const COMMAND_SUMMARY_MAX_CHARS = 256;
const DOWNLOAD_MS = 60_000;

export interface TelegramOptions {
  readonly token: string;
  readonly apiRoot: string;
  /** Updates are brought here, instead of being asked for. */
  readonly webhook: (WebhookPlace & { readonly url: string }) | undefined;
}

interface TelegramDeps {
  readonly api: Api;
  /** For what takes as long as there is nothing to tell. */
  readonly pollApi: Api;
  readonly notes: Notes;
  /** Once it is aborted no message waits for its turn. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createTelegramChannel(deps: TelegramDeps, options: TelegramOptions): Channel {
  const { api, clock, stopping } = deps;
  const pace = createPace(clock, {
    // Groups have ids below zero.
    chatMs: (chat) => (chat.startsWith('-') ? GROUP_MS : CHAT_MS),
    perSecond: PER_SECOND,
    stopping,
  });
  let bot: Bot | undefined;
  const receiving = createReceiving();
  return {
    name: 'telegram',
    maxChars: MESSAGE_MAX_CHARS,
    async identify() {
      bot = await identify(api);
      return bot;
    },
    async offer(commands) {
      const known = commands.filter(({ name }) => COMMAND_NAME.test(name));
      await api.setMyCommands(
        known.map(({ name, summary }) => ({
          command: name,
          description: summary.slice(0, COMMAND_SUMMARY_MAX_CHARS),
        })),
      );
    },
    async receive(take, onReceiving, until) {
      bot ??= await identify(api);
      const downloads = createDownloads({ clock, fetchFile: toFetcher(deps, options) });
      const told = { bot, take, downloads, stopping: until };
      const { takeUpdate, albums } = createTaking(deps, told);
      using _open = receiving.begin(albums);
      await serve(deps, options, { takeUpdate, albums, downloads, onReceiving, stopping: until });
    },
    takePending: async (value, signal) =>
      await (await untilAborted(receiving.albums, signal)).takePending(value, signal),
    inTurn: (chat, send) => pace.inTurn(chat.id, send),
    ...createTelegramSending(deps),
  };
}

async function identify(api: Api): Promise<Bot> {
  try {
    const { id, username } = await api.getMe();
    return { id: String(id), username };
  } catch (err) {
    throw toRefusal(err);
  }
}

function toRefusal(cause: unknown): AppError {
  if (toFailure(cause) === 'token')
    return new AppError('AUTHENTICATION_ERROR', 'telegram refuses TELEGRAM_BOT_TOKEN', { cause });
  return new AppError('UNAVAILABLE', `telegram does not answer: ${toReason(cause)}`, { cause });
}

/** The albums of what is received now, for whoever waits for that. */
function createReceiving() {
  let begun = Promise.withResolvers<Albums>();
  return {
    albums: () => begun.promise,
    begin(albums: Albums): Disposable {
      begun.resolve(albums);
      return {
        [Symbol.dispose]: () => {
          begun = Promise.withResolvers();
        },
      };
    },
  };
}

type TakeUpdate = (update: Update) => Promise<void>;

interface Taking {
  readonly bot: Bot;
  readonly take: (received: Received) => Promise<void>;
  readonly downloads: Pick<Downloads, 'open'>;
  readonly stopping: AbortSignal;
}

function createTaking(
  deps: TelegramDeps,
  { bot, take, downloads, stopping }: Taking,
): { readonly takeUpdate: TakeUpdate; readonly albums: Albums } {
  const intake = createIntake({ ...deps, take });
  const answerPress = toAnswer(deps);
  const read = (update: Update, toFile: UpdateParts['toFile']) =>
    readUpdate(update, { bot, answerPress, toFile });
  const takeUpdate = async (update: Update): Promise<void> => {
    using files = downloads.open(String(update.message?.chat.id));
    const piece = read(update, files.toFile);
    if (piece !== undefined) await intake.add(piece);
  };
  return { takeUpdate, albums: createAlbums({ ...deps, intake, take, read, downloads, stopping }) };
}

interface Serving {
  readonly takeUpdate: TakeUpdate;
  readonly albums: Albums;
  readonly downloads: Pick<Downloads, 'giveUpSlow'>;
  readonly onReceiving: (isReceiving: boolean) => void;
  readonly stopping: AbortSignal;
}

async function serve(
  { api, pollApi, clock, log }: TelegramDeps,
  { webhook }: TelegramOptions,
  { takeUpdate: take, albums, downloads, onReceiving, stopping }: Serving,
): Promise<void> {
  if (webhook === undefined) {
    await api.deleteWebhook();
    const onFull = () => downloads.giveUpSlow();
    await pollUpdates({ api: pollApi, take, onFull, onReceiving, clock, log }, stopping);
    return;
  }
  // The next piece of an album is brought only after the one before was taken.
  const takeOrKeep = async (update: Update): Promise<void> => {
    const isKept = await albums.keep(update).catch((err: unknown) => {
      stopping.throwIfAborted();
      // By itself a piece is taken or refused in words; it would be lost otherwise.
      log.warn({ err, updateId: update.update_id }, 'piece of an album was not kept');
      return false;
    });
    if (!isKept) await take(update);
  };
  await using _server = await openWebhook({ take: takeOrKeep, stopping, clock, log }, webhook);
  const allowed_updates = [...ALLOWED_UPDATES];
  await api.setWebhook(webhook.url, { secret_token: webhook.secret, allowed_updates });
  onReceiving(true);
  log.info({ port: webhook.port }, 'webhook listens');
  await new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
}

function toFetcher({ api }: TelegramDeps, { token, apiRoot }: TelegramOptions) {
  return async (id: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> => {
    const own = isGrammySignal(signal) ? signal : undefined;
    const { file_path: path } = await api.getFile(id, own);
    if (path === undefined) throw new AppError('NOT_FOUND', 'telegram has no such file');
    const response = await fetch(`${apiRoot}/file/bot${token}/${path}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_MS)]),
    });
    if (!response.ok)
      throw new AppError('UNAVAILABLE', `telegram answered ${response.status} for a file`);
    return new Uint8Array(await response.arrayBuffer());
  };
}

function toAnswer({ api, log }: TelegramDeps): UpdateParts['answerPress'] {
  return async (id, text) => {
    const answer = { text: text.slice(0, CALLBACK_TEXT_MAX_CHARS) };
    await api.answerCallbackQuery(id, answer).catch((err: unknown) => {
      // Telegram forgets a press after some seconds; what it asked for was done all the same.
      log.debug({ reason: toReason(err) }, 'press was not answered');
    });
  };
}

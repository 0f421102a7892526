import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen } from '../../faults/harness/listen.ts';
import { createBotPace } from './bot-pace.ts';
import { type Chats, createChats, Payload, Refusal, type ShownMessage } from './chats.ts';
import { createSpeech, type Speech } from './speech.ts';
import { createUpdateQueue, type UpdateQueue } from './update-queue.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export const BOT_TOKEN = '7000000001:AAbot-token-of-the-tests-0123456789';
const BOT = { id: 7_000_000_001, is_bot: true, first_name: 'Baker', username: 'baker_bot' };

/** What a bot may fetch. */
const FILE_MAX_BYTES = 20 * 1024 * 1024;

/** What is to become of a call: the server breaks it off before or after it did what was asked, or never answers. */
type CallFault = 'drop' | 'die' | 'hang' | Refusal;

interface BotCall {
  readonly method: string;
  readonly payload: Payload;
  /** Undefined while it is not answered. */
  status: number | undefined;
}

/** The Bot API of one bot on loopback: it refuses what the real one refuses, and fails as a test says. */
export interface BotApi extends AsyncDisposable, Speech {
  /** For TELEGRAM_API_ROOT. */
  readonly url: string;
  readonly calls: readonly BotCall[];
  readonly messages: readonly ShownMessage[];
  readonly blocked: Set<string>;
  readonly updates: UpdateQueue;
  /** What presses were answered with. */
  readonly toasts: readonly string[];
  /** Asked about every call that is to come. */
  fail(decide: (method: string, payload: Payload) => CallFault | undefined): void;
  /** Resolves once `isSo`, however long that takes; looked at after each call. */
  until(isSo: () => boolean): Promise<void>;
  in(chatId: string | number): readonly ShownMessage[];
}

interface Server {
  readonly chats: Chats;
  readonly updates: UpdateQueue;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly calls: BotCall[];
  readonly toasts: string[];
  readonly mindPace: (chatId: string) => void;
  readonly webhooks: Webhooks;
}

export async function openBotApi(): Promise<BotApi> {
  const updates = createUpdateQueue();
  const chats = createChats();
  const { files, ...speech } = createSpeech(updates, chats);
  const server: Server = {
    chats,
    updates,
    files,
    calls: [],
    toasts: [],
    mindPace: createBotPace(),
    webhooks: createWebhooks(updates),
  };
  let decide: (method: string, payload: Payload) => CallFault | undefined = () => undefined;
  const looks = new Set<() => void>();
  const http = createServer((request, response) => {
    void answer(server, { request, response, decide: (...about) => decide(...about) }).then(() => {
      for (const look of looks) look();
    });
  });
  updates.onAdded(server.webhooks.bring);
  const port = await listen(http);
  return {
    url: `http://127.0.0.1:${port}`,
    calls: server.calls,
    messages: chats.messages,
    blocked: chats.blocked,
    updates,
    toasts: server.toasts,
    ...speech,
    fail(next) {
      decide = next;
    },
    until(isSo) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => {
        if (!isSo()) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
      return promise;
    },
    in: (chatId) => chats.messages.filter((message) => message.chatId === String(chatId)),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await close(http);
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly decide: (method: string, payload: Payload) => CallFault | undefined;
}

async function answer(server: Server, { request, response, decide }: Exchange): Promise<void> {
  const body = await readBody(request);
  const path = request.url ?? '';
  const file = path.startsWith(`/file/bot${BOT_TOKEN}/`) ? path.split('/').at(-1) : undefined;
  if (file !== undefined) return void response.end(server.files.get(file));
  const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
  if (token !== BOT_TOKEN) return end(response, toAnswer(new Refusal(401, 'Unauthorized')));
  const { payload, upload } = await readPayload(request, body);
  const call: BotCall = { method, payload, status: undefined };
  server.calls.push(call);
  const fault = decide(method, payload);
  if (fault === 'drop') return void request.socket.destroy();
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const done = await perform(server, { method, payload, upload, gone: gone.signal, fault });
  if (fault === 'hang') return;
  if (fault === 'die') return void request.socket.destroy();
  call.status = done.status;
  end(response, done);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function end(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

interface Performed {
  readonly method: string;
  readonly payload: Payload;
  readonly upload: ShownMessage['file'];
  readonly gone: AbortSignal;
  readonly fault: CallFault | undefined;
}

async function perform(server: Server, { fault, ...asked }: Performed): Promise<Answer> {
  try {
    if (fault instanceof Refusal) throw fault;
    const result = await METHODS[asked.method]?.(server, asked);
    if (result === undefined) throw new Refusal(404, 'Not Found');
    return { status: 200, body: { ok: true, result } };
  } catch (err) {
    return toAnswer(err);
  }
}

function toAnswer(err: unknown): Answer {
  const { status, message, parameters } =
    err instanceof Refusal ? err : new Refusal(500, `Internal Server Error: ${String(err)}`);
  const body = { ok: false, error_code: status, description: message, parameters };
  return { status, body };
}

type Asked = Omit<Performed, 'fault'>;

const METHODS: Readonly<Record<string, (server: Server, asked: Asked) => unknown>> = {
  getMe: () => BOT,
  setMyCommands: () => true,
  sendChatAction: ({ chats }, { payload }) => {
    chats.mindBlocked(payload);
    return true;
  },
  deleteWebhook: (server) => {
    server.webhooks.set(undefined);
    return true;
  },
  setWebhook: (server, { payload: { url = '', secret_token: secret = '' } }) => {
    server.webhooks.set({ url, secret });
    return true;
  },
  getUpdates: async ({ updates, webhooks }, { payload, gone }) => {
    if (webhooks.isSet())
      throw new Refusal(409, "Conflict: can't use getUpdates method while webhook is active");
    return await updates.poll(payload, gone);
  },
  getFile: ({ files }, { payload: { file_id: id = '' } }) => {
    const content = files.get(id);
    if (content === undefined) throw new Refusal(400, 'Bad Request: invalid file_id');
    if (content.length > FILE_MAX_BYTES) throw new Refusal(400, 'Bad Request: file is too big');
    return { file_id: id, file_path: id };
  },
  answerCallbackQuery: ({ toasts }, { payload: { text = '' } }) => {
    toasts.push(text);
    return true;
  },
  sendMessage: ({ chats, mindPace }, { payload }) => {
    mindPace(payload.chat_id ?? '');
    return { message_id: chats.send(payload).id };
  },
  sendDocument: ({ chats, mindPace }, { payload, upload }) => {
    if (upload === undefined) throw new Refusal(400, 'Bad Request: there is no document');
    mindPace(payload.chat_id ?? '');
    return { message_id: chats.send(payload, upload).id };
  },
  editMessageText: ({ chats, mindPace }, { payload }) => {
    chats.mindBlocked(payload);
    mindPace(payload.chat_id ?? '');
    return { message_id: chats.edit(payload).id };
  },
  editMessageReplyMarkup: ({ chats }, { payload }) => ({
    message_id: chats.editButtons(payload).id,
  }),
};

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readPayload(
  { headers }: IncomingMessage,
  body: Buffer<ArrayBuffer>,
): Promise<{ readonly payload: Payload; readonly upload: ShownMessage['file'] }> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/'))
    return {
      payload: Payload.parse(body.length === 0 ? {} : JSON.parse(body.toString())),
      upload: undefined,
    };
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const fields = [...form].filter(([, value]) => typeof value === 'string');
  const [file] = [...form.values()].filter((value) => typeof value !== 'string');
  return {
    payload: Payload.parse(Object.fromEntries(fields)),
    upload: file && { name: file.name, content: await file.text() },
  };
}

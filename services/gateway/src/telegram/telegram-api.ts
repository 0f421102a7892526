import { autoRetry } from '@grammyjs/auto-retry';
import { Api } from 'grammy';
import { untilAborted } from '../brain.ts';
import { toGrammyFetch } from './telegram-fetch.ts';
import { isGrammySignal } from './telegram-signal.ts';

interface TelegramApiOptions {
  readonly token: string;
  /** Of a Bot API server; https://api.telegram.org unless it is one's own. */
  readonly apiRoot: string;
  readonly timeoutMs: number;
}

/** Longer than that nobody waits: the chat's other messages do, too. */
const MAX_WAIT_SECONDS = 300;
const MAX_WAITS = 5;
/**
 * Whoever calls sees to the wait. What may come twice is known as not sent meanwhile; a change waits longer than that, in
 * the chat's turn; what shows a moment is over by then.
 */
const NOT_REPEATED: ReadonlySet<string> = new Set([
  'answerCallbackQuery',
  'editMessageText',
  'sendChatAction',
  'sendDocument',
  'sendMessage',
]);

/**
 * The Bot API. When it asks to wait (429) that is done and the call repeated: it was not carried out. What is sent,
 * changed or of one moment is the exception, and a call whose outcome is not known is never repeated here. `ending` cuts short whatever is under way, waits
 * included.
 */
export function createTelegramApi(
  { token, apiRoot, timeoutMs }: TelegramApiOptions,
  ending: AbortSignal,
): Api {
  const api = new Api(token, {
    apiRoot,
    timeoutSeconds: timeoutMs / 1000,
    ...toGrammyFetch(),
  });
  const retry = autoRetry({
    maxRetryAttempts: MAX_WAITS,
    maxDelaySeconds: MAX_WAIT_SECONDS,
    rethrowHttpErrors: true,
    rethrowInternalServerErrors: true,
  });
  api.config.use(async (...about) => {
    const [call, method, payload, signal] = about;
    return NOT_REPEATED.has(method) ? await call(method, payload, signal) : await retry(...about);
  });
  api.config.use(async (...about) => {
    const [call, method, payload, signal] = about;
    const own = new AbortController();
    const abort = (): void => own.abort();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    const passed = isGrammySignal(own.signal) ? own.signal : signal;
    try {
      return await untilAborted(() => call(method, payload, passed), ending);
    } finally {
      // A signal may live as long as the process, and would hold something of each call.
      signal?.removeEventListener('abort', abort);
      abort();
    }
  });
  return api;
}

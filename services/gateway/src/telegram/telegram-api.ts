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
/** What may come twice is tried again by whoever has told the brain of it, so that it is known as not sent meanwhile. */
const SENDING: ReadonlySet<string> = new Set(['sendDocument', 'sendMessage']);

/**
 * The Bot API. When it asks to wait (429) that is done and the call repeated: it was not carried out. New messages are the
 * exception, and a call whose outcome is not known is never repeated here. `ending` cuts short whatever is under way, waits
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
    return SENDING.has(method) ? await call(method, payload, signal) : await retry(...about);
  });
  api.config.use(async (...about) => {
    const [call, method, payload, signal] = about;
    const own = new AbortController();
    signal?.addEventListener('abort', () => own.abort());
    if (signal?.aborted === true) own.abort();
    const both = AbortSignal.any([ending, own.signal]);
    return untilAborted(() => call(method, payload, isGrammySignal(both) ? both : signal), ending);
  });
  return api;
}

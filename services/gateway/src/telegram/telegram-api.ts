import { autoRetry } from '@grammyjs/auto-retry';
import { Api } from 'grammy';
import { toGrammyFetch } from './telegram-fetch.ts';

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
 * The Bot API. When it asks to wait (429) that is done and the call repeated: it was not carried out. A call whose outcome
 * is not known is never repeated here.
 */
export function createTelegramApi({ token, apiRoot, timeoutMs }: TelegramApiOptions): Api {
  const api = new Api(token, {
    apiRoot,
    timeoutSeconds: timeoutMs / 1000,
    ...toGrammyFetch(),
  });
  api.config.use(
    autoRetry({
      maxRetryAttempts: MAX_WAITS,
      maxDelaySeconds: MAX_WAIT_SECONDS,
      rethrowHttpErrors: true,
      rethrowInternalServerErrors: true,
    }),
  );
  return api;
}

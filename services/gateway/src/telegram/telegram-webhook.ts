import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { Update } from 'grammy/types';

/** Telegram's own updates are far below that. */
const BODY_MAX_BYTES = 1024 * 1024;
/** How long those who are in the middle of a request have, at the end. */
const CLOSE_MS = 2_000;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

export interface WebhookPlace {
  readonly path: string;
  readonly port: number;
  readonly host: string;
  readonly secret: string;
}

interface WebhookDeps {
  /** Resolves when the update needs not come again. */
  readonly take: (update: Update) => Promise<void>;
  /** What is not taken by then is brought again. */
  readonly stopping: AbortSignal;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Logger;
}

/** Takes updates that Telegram brings, of a chat one after the other: each again until it is answered with 200. */
export async function openWebhook(
  deps: WebhookDeps,
  { path, port, host, secret }: WebhookPlace,
): Promise<AsyncDisposable> {
  const { clock, log } = deps;
  const { createServer } = process.getBuiltinModule('node:http');
  const answer = async (request: IncomingMessage): Promise<number> => {
    if (!isAt(request.url, path)) return 404;
    if (request.method !== 'POST') return 405;
    if (!isSecret(request.headers[SECRET_HEADER], secret)) return 401;
    const update = parseUpdate(await readBody(request));
    if (update === undefined) return 400;
    await takeOrLetGo(deps, update);
    return 200;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (status) => end(response, status),
      (err: unknown) => {
        log.warn({ err }, 'update was not taken');
        end(response, 503);
      },
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      using _late = clock.after(CLOSE_MS, () => server.closeAllConnections());
      await closed;
    },
  };
}

/** One that meets a bug is not to stop its whole chat, which is what bringing it again would do. */
async function takeOrLetGo({ take, stopping, log }: WebhookDeps, update: Update): Promise<void> {
  try {
    await take(update);
  } catch (err) {
    if (stopping.aborted) throw err;
    log.error({ err, updateId: update.update_id }, 'update could not be taken');
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

/** What stands behind a question mark in TELEGRAM_WEBHOOK_URL comes along, and is of no matter here. */
function isAt(url: string | undefined, path: string): boolean {
  return url !== undefined && url.split('?', 1)[0] === path;
}

function isSecret(given: string | string[] | undefined, secret: string): boolean {
  if (typeof given !== 'string') return false;
  const [one, other] = [Buffer.from(given), Buffer.from(secret)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new AppError('PAYLOAD_TOO_LARGE', 'update is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseUpdate(text: string): Update | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isUpdate(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever knows the secret is Telegram: what it sends is what its types say. */
export function isUpdate(value: unknown): value is Update {
  return (
    typeof value === 'object' &&
    value !== null &&
    'update_id' in value &&
    Number.isSafeInteger(value.update_id)
  );
}

import { join } from 'node:path';
import { httpGet, httpPost } from '../local/http-request.ts';
import { readIfThere } from '../local/private-file.ts';
import { sleepUnlessAborted } from '../local/sleep-unless-aborted.ts';
import type { Terminal } from '../terminal.ts';
import type { Settings } from './read-settings.ts';

const TIMEOUT_MS = 5_000;
const LOOK_EVERY_MS = 500;
const LOOKS = 60;
const CHANNELS = '/api/v1/channels';

interface TelegramPlace {
  readonly settings: Pick<Settings, 'authToken' | 'hasTelegram' | 'url'>;
  readonly dataDir: string;
  /** Whoever is to talk to the assistant there. */
  readonly user: string;
}

/** Tells how the owner talks to the assistant on Telegram, once its bot is connected; nothing for one who does already. */
export async function announceTelegram(
  place: TelegramPlace,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { settings, dataDir } = place;
  if (!settings.hasTelegram) return;
  const token = settings.authToken ?? readIfThere(join(dataDir, 'auth-token'))?.trim() ?? '';
  const bot = await awaitBot(settings.url, token, signal);
  if (signal.aborted) return;
  if (bot === undefined) {
    const log = join(dataDir, 'logs', 'gateway.log');
    terminal.complain(`Telegram is not connected yet; ${log} says why`);
    return;
  }
  const lines = await describeLink(place, token).catch(() => []);
  terminal.print([`Telegram: @${bot} listens`, ...lines].join('\n'));
}

/** Name of the bot, once it is connected. */
async function awaitBot(
  url: string,
  token: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let looks = 0; looks < LOOKS && !signal.aborted; looks += 1) {
    const channel = (await readList(`${url}${CHANNELS}`, token)).find(
      (each) => each['channel'] === 'telegram',
    );
    const bot = channel?.['bot'];
    if (channel?.['is_connected'] === true && typeof bot === 'string') return bot;
    await sleepUnlessAborted(LOOK_EVERY_MS, signal);
  }
  return undefined;
}

async function describeLink(
  { settings: { url }, user }: TelegramPlace,
  token: string,
): Promise<readonly string[]> {
  const own = `${url}${CHANNELS}/identities?user_id=${user}&limit=1`;
  if ((await readList(own, token)).length > 0) return [];
  const body = { user_id: user, channel: 'telegram' };
  const answer = await httpPost(`${url}${CHANNELS}/links`, { token, body, timeoutMs: TIMEOUT_MS });
  const { code, url: link } = parse(answer.body);
  if (typeof code !== 'string') return [];
  return [
    ...(typeof link === 'string' ? [`  open     ${link}`] : []),
    `  or send  /link ${code}  to it: that makes you ${user} there (once, within 15 minutes)`,
  ];
}

async function readList(url: string, token: string): Promise<readonly Record<string, unknown>[]> {
  try {
    const { data } = parse((await httpGet(url, TIMEOUT_MS, token)).body);
    return Array.isArray(data) ? data.map(toRecord) : [];
  } catch {
    return []; // NOTE: there is another look.
  }
}

/** By hand instead of by the schema of contracts: zod would double what the supervisor weighs. */
function parse(text: string): Record<string, unknown> {
  return toRecord(JSON.parse(text));
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

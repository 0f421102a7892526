import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { Bot, Channel, Received } from './channel.ts';
import { OFFERED_COMMANDS } from './commands/run-channel-command.ts';

const TOKEN_AGAIN_MS = 60_000;
const AGAIN_MS = 5_000;

export interface ServeChannelDeps {
  readonly channel: Channel;
  readonly take: (received: Received) => Promise<void>;
  /**
   * Sends what is to be sent, and calls `receive` whenever it is this gateway's turn: its signal is aborted when it is no
   * more. Resolves after `stopping` is aborted.
   */
  readonly serveDeliveries: (
    bot: Bot,
    receive: (turn: AbortSignal) => Promise<void>,
  ) => Promise<void>;
  readonly onReceiving: (isReceiving: boolean) => void;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/** Serves a channel until it is told to stop. A wrong credential is said, and tried again: it ends nothing. */
export async function serveChannel(deps: ServeChannelDeps, stopping: AbortSignal): Promise<void> {
  const bot = await identify(deps, stopping);
  if (bot === undefined) return;
  deps.log.info({ channel: deps.channel.name, bot: bot.username }, 'channel connected');
  await Promise.all([deps.serveDeliveries(bot, (turn) => receive(deps, turn)), offer(deps)]);
}

async function identify(deps: ServeChannelDeps, stopping: AbortSignal): Promise<Bot | undefined> {
  while (!stopping.aborted) {
    const found = await tryToIdentify(deps);
    if (typeof found !== 'number') return found;
    await deps.clock.sleep(found, stopping).catch(() => undefined);
  }
  return undefined;
}

/** The bot, or how long to wait before another try. */
async function tryToIdentify({ channel, log }: ServeChannelDeps): Promise<Bot | number> {
  try {
    return await channel.identify();
  } catch (err) {
    if (!(err instanceof AppError)) throw err;
    const isRefused = err.code === 'AUTHENTICATION_ERROR';
    log.error({ reason: err.message }, isRefused ? 'token is refused' : 'channel is away');
    return isRefused ? TOKEN_AGAIN_MS : AGAIN_MS;
  }
}

/** Two gateways that ask for updates at once would end each other's calls. */
async function receive(
  { channel, take, clock, log, onReceiving }: ServeChannelDeps,
  turn: AbortSignal,
): Promise<void> {
  while (!turn.aborted) {
    try {
      await channel.receive(take, onReceiving, turn);
    } catch (err) {
      if (!turn.aborted) log.error({ err }, 'channel tells nothing, trying again');
    }
    onReceiving(false);
    if (!turn.aborted) await clock.sleep(AGAIN_MS, turn).catch(() => undefined);
  }
}

/** Without it the commands work all the same. */
async function offer({ channel, log }: ServeChannelDeps): Promise<void> {
  await channel.offer(OFFERED_COMMANDS).catch((err: unknown) => {
    log.warn({ reason: err instanceof Error ? err.name : 'unknown' }, 'commands were not listed');
  });
}

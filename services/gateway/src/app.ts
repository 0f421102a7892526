import { createClient } from '@bakerst/client';
import type { Clock, Logger, NewId } from '@bakerst/kit';
import { createStanding, type Standing } from './brain.ts';
import type { Channel, Received } from './channel.ts';
import { runChannelCommand } from './commands/run-channel-command.ts';
import type { GatewayConfig } from './config.ts';
import { createKeptFiles } from './deliveries/kept-files.ts';
import { serveDeliveries } from './deliveries/serve-deliveries.ts';
import type { Faults } from './faults.ts';
import { isKnown } from './messages/is-known.ts';
import { noteAt } from './messages/note.ts';
import { takeAtLast } from './messages/take-at-last.ts';
import { takeMessage } from './messages/take-message.ts';
import { takePress } from './messages/take-press.ts';
import { NoRoom } from './messages/tell.ts';
import { serveChannel } from './serve-channel.ts';
import type { Notes } from './telegram/telegram-albums.ts';
import { createTelegramApi } from './telegram/telegram-api.ts';
import { createTelegramChannel } from './telegram/telegram-channel.ts';
import { LONG_POLL_SECONDS } from './telegram/telegram-polling.ts';

const POLL_TIMEOUT_MS = LONG_POLL_SECONDS * 1000 + 15_000;

export interface GatewayDeps {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly newId: NewId;
  readonly faults: Faults;
}

export interface Gateway {
  /** It hears what is said, and the brain takes that and has it send. */
  isReady(): boolean;
  /** Serves until it is told to stop; `ending` cuts short what has not come to its end by then. */
  serve(stopping: AbortSignal, ending: AbortSignal): Promise<void>;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const state = { isReceiving: false, isSending: false };
  const standing = createStanding(deps.log);
  return {
    isReady: () => state.isReceiving && state.isSending && !standing.isRefused(),
    serve: async (stopping, ending) => await serve(deps, { state, standing, stopping, ending }),
  };
}

interface Serving {
  readonly state: { isReceiving: boolean; isSending: boolean };
  readonly standing: Standing;
  readonly stopping: AbortSignal;
  readonly ending: AbortSignal;
}

async function serve(deps: GatewayDeps, serving: Serving): Promise<void> {
  const { state, standing, stopping, ending } = serving;
  const { config, faults } = deps;
  const client = createClient({ baseUrl: config.brainUrl, token: config.brainToken });
  const brain = { ...client, reportDelivery: faults.wrapReport(client.reportDelivery) };
  const channel: Channel = openTelegram(deps, serving, {
    isKnown: async (message) => await isKnown(parts, message),
    put: async (message, note) => await noteAt(parts, message, note).catch(toNothing),
  });
  const files = createKeptFiles();
  const parts = { ...deps, brain, channel, files, standing, stopping };
  const take = async (received: Received): Promise<void> => {
    if (received.type === 'press') await takePress(parts, received);
    else
      await takeMessage(
        { ...parts, runCommand: (spoken) => runChannelCommand(parts, spoken) },
        received,
      );
  };
  const sending = {
    ...parts,
    ending,
    onServing: (isServing: boolean) => {
      state.isSending = isServing;
    },
  };
  await serveChannel(
    {
      ...parts,
      take: faults.wrapTake((received) => takeAtLast({ ...parts, take }, received)),
      serveDeliveries: ({ username: bot }, receive) =>
        serveDeliveries({ ...sending, bot, receive }, stopping),
      onReceiving: (isReceiving) => {
        state.isReceiving = isReceiving;
      },
    },
    stopping,
  );
}

/** Where there is no room, nothing is noted. */
function toNothing(err: unknown): undefined {
  if (!(err instanceof NoRoom)) throw err;
}

function openTelegram(
  { config: { telegram }, clock, log }: GatewayDeps,
  { stopping, ending }: Pick<Serving, 'ending' | 'stopping'>,
  notes: Notes,
): Channel {
  const api = createTelegramApi(telegram, ending);
  const pollApi = createTelegramApi({ ...telegram, timeoutMs: POLL_TIMEOUT_MS }, ending);
  return createTelegramChannel({ api, pollApi, notes, clock, log, stopping }, telegram);
}

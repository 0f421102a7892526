import { isTerminalJob, type PartHealth, type UserEvent } from '@bakerst/contracts';
import { ChannelName, type ChannelView } from '@bakerst/contracts/channels';
import type { AcceptMessageDeps } from '../chat/incoming-message.ts';
import { createDeliveryRoutes } from '../deliveries/delivery-routes.ts';
import type { HolderStore, OutboxStore } from '../deliveries/ports.ts';
import { createSqliteHolderStore } from '../deliveries/sqlite-holder-store.ts';
import { createSqliteOutboxStore } from '../deliveries/sqlite-outbox-store.ts';
import { createOutboxBell } from '../deliveries/watch-outbox.ts';
import type { Route } from '../http/route.ts';
import type { Jobs } from '../jobs/app.ts';
import type { ResolveDeps } from '../principals/resolve-tenant.ts';
import type { Runs } from '../runs/app.ts';
import type { Surroundings } from '../surroundings.ts';
import type { ProcessWatch } from '../system/process-watch.ts';
import { createGatewayRoutes, type GatewayRoutesDeps } from './gateway-routes.ts';
import { createRefusalLog, findSpeaker } from './identify-sender.ts';
import { createPeopleRoutes } from './people-routes.ts';
import { createSqliteChatStore } from './sqlite-chat-store.ts';
import { createSqliteIdentityStore } from './sqlite-identity-store.ts';
import { createSqliteLinkStore } from './sqlite-link-store.ts';
import { createSqliteRequestStore } from './sqlite-request-store.ts';

interface ChannelSurroundings {
  readonly accept: AcceptMessageDeps;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly resolve: ResolveDeps;
  readonly processes: Pick<ProcessWatch, 'list'>;
}

/** The feature, built on its adapters. */
export interface Channels {
  readonly routes: readonly Route[];
  listOpen(): readonly { readonly channel: ChannelName; readonly count: number }[];
  probe(): PartHealth;
}

export function createChannels(around: Surroundings, given: ChannelSurroundings): Channels {
  const { config, clock, log, newId } = around;
  const { accept, jobs, runs, resolve } = given;
  const outbox = createSqliteOutboxStore(around);
  const holders = createSqliteHolderStore(around);
  const bell = createOutboxBell();
  // It lasts as long as the process.
  around.changes.watchAll((event) => {
    if (concernsDeliveries(event)) bell.ring();
  });
  const stores = {
    identities: createSqliteIdentityStore(around),
    links: createSqliteLinkStore(around),
    requests: createSqliteRequestStore(around),
    chats: createSqliteChatStore(around),
  };
  const readChannelView = createViewer(around, { ...given, outbox, holders });
  const speaking: GatewayRoutesDeps = {
    ...stores,
    policy: config.channels.telegram,
    defaultOrg: config.defaultOrg,
    noteRefusal: createRefusalLog(clock, log),
    accept,
    store: runs.store,
    outbox,
    act: { ...accept, store: runs.store, queued: runs.queued, jobs: jobs.actions },
    ring: bell.ring,
  };
  return {
    routes: [
      ...createPeopleRoutes({ ...stores, resolve, readChannelView }),
      ...createGatewayRoutes(speaking),
      ...createDeliveryRoutes({
        ...{ outbox, holders, bell, clock, newId },
        metrics: around.metrics,
        findJob: jobs.store.findAny,
        findSpeaker: (speaker) => findSpeaker(speaking, speaker),
        stopping: around.phase.stopping.signal,
      }),
    ],
    listOpen: () =>
      ChannelName.options.map((channel) => ({ channel, count: outbox.countOpen(channel) })),
    probe: () => probeChannel(readChannelView('telegram'), holders),
  };
}

/** A run has been stored, goes on or has ended, or a job has ended. */
function concernsDeliveries(event: UserEvent): boolean {
  if (event.type === 'job') return isTerminalJob(event.status);
  return event.type === 'run' && event.status !== 'waiting';
}

interface Viewing extends Pick<ChannelSurroundings, 'processes'> {
  readonly outbox: Pick<OutboxStore, 'countOpen'>;
  readonly holders: Pick<HolderStore, 'find'>;
}

function createViewer(
  { config, self }: Surroundings,
  { outbox, holders, processes }: Viewing,
): (channel: ChannelName) => ChannelView {
  const isAlive = (brain: string): boolean =>
    brain === self || processes.list('brain').some(({ id }) => id === brain);
  return (channel) => {
    const holding = holders.find(channel);
    return {
      channel,
      bot: holding?.bot ?? null,
      is_connected: holding?.brain !== undefined && isAlive(holding.brain),
      access: config.channels[channel].access,
      open: outbox.countOpen(channel),
    };
  };
}

/** A channel that no gateway has ever served is not used here. */
function probeChannel(
  { bot, is_connected, open }: ChannelView,
  holders: Pick<HolderStore, 'find'>,
): PartHealth {
  if (holders.find('telegram') === undefined) return { status: 'off' };
  const waiting = open === 0 ? '' : `, ${open} deliveries wait`;
  if (!is_connected) return { status: 'degraded', detail: `Telegram has no gateway${waiting}` };
  return { status: 'ok', detail: `Telegram${bot === null ? '' : ` as @${bot}`}${waiting}` };
}

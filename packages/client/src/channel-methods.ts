import { Api } from '@bakerst/contracts';
import type {
  AccessDecision,
  AccessRequestPage,
  ChannelActionBody,
  ChannelActionResult,
  ChannelDelivery,
  ChannelMessage,
  ChannelMessageAccepted,
  ChannelName,
  ChannelView,
  ChatConversation,
  DeliveryEvent,
  DeliveryReport,
  DeliveryReported,
  IdentityPage,
  LinkClaim,
  LinkView,
  NewDelivery,
  SenderQuestion,
  SenderView,
} from '@bakerst/contracts/channels';
import type { Call, CallOptions, Cancelling } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';
import type { UnreadableDelivery } from './read-events.ts';

interface Holder {
  readonly holder: string;
  readonly bot?: string;
}

/** Where people talk besides the page; the second half is for gateways. */
export interface ChannelMethods {
  listChannels(named?: NamedUser): Promise<{ readonly data: readonly ChannelView[] }>;
  /** A code by which somebody on a channel is linked to the user. */
  createChannelLink(body?: NamedUser & { readonly channel?: ChannelName }): Promise<LinkView>;
  listChannelIdentities(query?: PageQuery): Promise<IdentityPage>;
  deleteChannelIdentity(channel: ChannelName, id: string, named?: NamedUser): Promise<void>;
  listAccessRequests(channel: ChannelName, query?: PageQuery): Promise<AccessRequestPage>;
  decideAccessRequest(channel: ChannelName, code: string, body: AccessDecision): Promise<void>;

  /** What is to be sent, until the stream ends; whoever asks serves the channel from now on. */
  watchDeliveries(
    channel: ChannelName,
    holder: Holder,
    options?: Cancelling,
  ): AsyncGenerator<DeliveryEvent | UnreadableDelivery>;
  createDelivery(channel: ChannelName, body: NewDelivery): Promise<ChannelDelivery>;
  reportDelivery(channel: ChannelName, id: string, body: DeliveryReport): Promise<DeliveryReported>;
  identifySender(channel: ChannelName, body: SenderQuestion): Promise<SenderView>;
  claimChannelLink(
    channel: ChannelName,
    body: LinkClaim,
    options?: CallOptions,
  ): Promise<SenderView>;
  receiveChannelMessage(
    channel: ChannelName,
    body: ChannelMessage,
    options?: CallOptions,
  ): Promise<ChannelMessageAccepted>;
  chooseChatConversation(channel: ChannelName, body: ChatConversation): Promise<void>;
  actOnChannel(channel: ChannelName, body: ChannelActionBody): Promise<ChannelActionResult>;
}

export function createChannelMethods(call: Call): ChannelMethods {
  return { ...createPeopleMethods(call), ...createGatewayMethods(call) };
}

type PeopleMethods = Pick<
  ChannelMethods,
  | 'createChannelLink'
  | 'decideAccessRequest'
  | 'deleteChannelIdentity'
  | 'listAccessRequests'
  | 'listChannelIdentities'
  | 'listChannels'
>;

function createPeopleMethods(call: Call): PeopleMethods {
  return {
    listChannels: (query) => call.json(Api.listChannels, { query: { ...query } }),
    createChannelLink: (body = {}) => call.created(Api.createChannelLink, { body }),
    listChannelIdentities: (query) => call.json(Api.listChannelIdentities, { query: { ...query } }),
    deleteChannelIdentity: (channel, id, query) =>
      call.nothing(Api.deleteChannelIdentity, { params: { channel, id }, query: { ...query } }),
    listAccessRequests: (channel, query) =>
      call.json(Api.listAccessRequests, { params: { channel }, query: { ...query } }),
    decideAccessRequest: (channel, code, body) =>
      call.nothing(Api.decideAccessRequest, { params: { channel, code }, body }),
  };
}

function createGatewayMethods(call: Call): Omit<ChannelMethods, keyof PeopleMethods> {
  return {
    watchDeliveries: (channel, holder, options) =>
      call.deliveryEvents(Api.watchDeliveries, {
        params: { channel },
        query: { ...holder },
        ...options,
      }),
    createDelivery: (channel, body) =>
      call.created(Api.createDelivery, { params: { channel }, body }),
    reportDelivery: (channel, id, body) =>
      call.json(Api.reportDelivery, { params: { channel, id }, body }),
    identifySender: (channel, body) => call.json(Api.identifySender, { params: { channel }, body }),
    claimChannelLink: (channel, body, options) =>
      call.json(Api.claimChannelLink, { params: { channel }, body, ...options }),
    receiveChannelMessage: (channel, body, options) =>
      call.accepted(Api.receiveChannelMessage, { params: { channel }, body, ...options }),
    chooseChatConversation: (channel, body) =>
      call.nothing(Api.chooseChatConversation, { params: { channel }, body }),
    actOnChannel: (channel, body) => call.json(Api.actOnChannel, { params: { channel }, body }),
  };
}

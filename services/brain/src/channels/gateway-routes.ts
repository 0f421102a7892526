import { Api, type Tenant } from '@bakerst/contracts';
import {
  ChannelActionBody,
  ChannelActionResult,
  ChannelMessage,
  ChannelMessageAccepted,
  ChatConversation,
  LinkClaim,
  SenderQuestion,
  SenderView,
} from '@bakerst/contracts/channels';
import { AppError } from '@bakerst/kit';
import { unknownConversation } from '../conversations/conversation.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { parseBody } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { type ActDeps, actOnChannel } from './act-on-channel.ts';
import { type IdentifyDeps, identifySender, requireSpeaker } from './identify-sender.ts';
import type { ChatStore, LinkStore, Speaker } from './ports.ts';
import { readServedChannel } from './read-channel.ts';
import { type ReceiveMessageDeps, receiveMessage } from './receive-message.ts';

export interface GatewayRoutesDeps extends IdentifyDeps, ReceiveMessageDeps {
  readonly identities: IdentifyDeps['identities'];
  readonly links: Pick<LinkStore, 'claim'>;
  readonly chats: ChatStore;
  readonly act: ActDeps;
  /** Something may have to go out. */
  readonly ring: () => void;
}

/** What gateways tell of those who talk on their channel. */
export function createGatewayRoutes(deps: GatewayRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.identifySender, handle: (call) => answerSender(deps, call) },
    { endpoint: Api.claimChannelLink, handle: (call) => answerClaim(deps, call) },
    { endpoint: Api.receiveChannelMessage, handle: (call) => answerMessage(deps, call) },
    { endpoint: Api.chooseChatConversation, handle: (call) => answerChoice(deps, call) },
    {
      endpoint: Api.actOnChannel,
      async handle(call) {
        const channel = readServedChannel(call);
        const { action, ...from } = parseBody(ChannelActionBody, call.body);
        const tenant = requireSpeaker(deps, { channel, ...from });
        const outcome = await actOnChannel(deps.act, tenant, action);
        sendJson(call.response, ChannelActionResult, { outcome });
      },
    },
  ];
}

async function answerSender(deps: GatewayRoutesDeps, call: RouteCall): Promise<void> {
  const channel = readServedChannel(call);
  const speaker = { channel, ...parseBody(SenderQuestion, call.body) };
  const tenant = await identifySender(deps, speaker);
  if (tenant === undefined) deps.ring();
  sendSender(deps, call, { tenant, speaker });
}

async function answerClaim(deps: GatewayRoutesDeps, call: RouteCall): Promise<void> {
  const channel = readServedChannel(call);
  const { code, ...from } = parseBody(LinkClaim, call.body);
  const speaker = { channel, ...from };
  const claimed = await deps.links.claim(speaker, code);
  if (claimed === 'silent')
    throw new AppError('RATE_LIMIT_EXCEEDED', 'too many wrong codes', { reason: 'TOO_MANY_CODES' });
  if (claimed === 'wrong')
    throw new AppError('NOT_FOUND', 'this code is wrong, was used or is too old', {
      reason: 'CODE_NOT_VALID',
    });
  if (claimed === 'in_group')
    throw new AppError('NOT_FOUND', 'a code that others have read counts no more', {
      reason: 'CODE_IN_GROUP',
    });
  sendSender(deps, call, { tenant: claimed, speaker });
}

interface FoundSender {
  readonly tenant: Tenant | undefined;
  readonly speaker: Speaker;
}

function sendSender(
  { chats }: GatewayRoutesDeps,
  { response }: RouteCall,
  { tenant, speaker }: FoundSender,
): void {
  const view =
    tenant === undefined
      ? ({ status: 'refused' } as const)
      : ({
          status: 'known',
          org: tenant.org,
          user_id: tenant.user,
          conversation_id: chats.findConversation(tenant, speaker) ?? null,
        } as const);
  sendJson(response, SenderView, view);
}

async function answerMessage(deps: GatewayRoutesDeps, call: RouteCall): Promise<void> {
  const channel = readServedChannel(call);
  const body = parseBody(ChannelMessage, call.body);
  const { sender, chat } = body;
  const run = await receiveMessage(deps, {
    speaker: { channel, sender, chat },
    body,
    idempotencyKey: readIdempotencyKey(call.request),
    requestId: call.requestId,
  });
  deps.ring();
  call.response.status(202);
  sendJson(call.response, ChannelMessageAccepted, {
    run_id: run.id,
    conversation_id: run.conversationId,
    status: run.status,
  });
}

async function answerChoice(deps: GatewayRoutesDeps, call: RouteCall): Promise<void> {
  const channel = readServedChannel(call);
  const { conversation_id: id, ...from } = parseBody(ChatConversation, call.body);
  const speaker = { channel, ...from };
  const tenant = requireSpeaker(deps, speaker);
  const isUnknown = id !== null && deps.accept.starter.findConversation(tenant, id) === undefined;
  if (isUnknown) throw unknownConversation();
  await deps.chats.choose(tenant, speaker, id);
  call.response.status(204).end();
}

import { ChatRequest, ConversationId, type Tenant } from '@bakerst/contracts';
import type { ChannelMessage } from '@bakerst/contracts/channels';
import { acceptMessage, toKeyed } from '../chat/accept-message.ts';
import type { AcceptMessageDeps, IncomingMessage } from '../chat/incoming-message.ts';
import type { OutboxStore } from '../deliveries/ports.ts';
import { findTwin } from '../idempotency/find-twin.ts';
import { scopeOf } from '../principals/principal.ts';
import type { RunStore } from '../runs/ports.ts';
import type { RunSummary } from '../runs/run.ts';
import { type FindSpeakerDeps, requireSpeaker } from './identify-sender.ts';
import type { ChatStore, Speaker } from './ports.ts';

/** What is answered where somebody has sent a file and said nothing. */
const WORDLESS = '(a file, without words)';

export interface ReceiveMessageDeps extends FindSpeakerDeps {
  readonly accept: AcceptMessageDeps;
  readonly store: Pick<RunStore, 'find'>;
  readonly chats: Pick<ChatStore, 'findConversation'>;
  readonly outbox: Pick<OutboxStore, 'findRun'>;
}

export interface ReceivedMessage {
  readonly speaker: Speaker;
  readonly body: ChannelMessage;
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
}

/**
 * Stores a message from a channel, with where its answer is to go: it waits for its turn if there is need. The same key
 * gives the same run, for whomever its sender speaks meanwhile. Throws AppError as `acceptMessage` does.
 */
export async function receiveMessage(
  deps: ReceiveMessageDeps,
  received: ReceivedMessage,
): Promise<RunSummary> {
  const { speaker, idempotencyKey: key } = received;
  const known = key === undefined ? undefined : deps.outbox.findRun(speaker.channel, toKey(key));
  const tenant = known?.tenant ?? requireSpeaker(deps, speaker);
  const message = toIncoming(deps, received, tenant);
  // A key is refused for another message for as long as it is remembered.
  if (known !== undefined) findTwin(deps.accept.keys, tenant, toKeyed(message));
  const runId = known?.runId ?? (await acceptMessage(deps.accept, message));
  const run = deps.store.find(scopeOf(tenant), runId);
  if (run === undefined) throw new Error('a stored run is gone');
  return run;
}

/** Messages and texts have keys of their own. */
function toKey(idempotencyKey: string): string {
  return `message/${idempotencyKey}`;
}

function toIncoming(
  { chats, accept }: ReceiveMessageDeps,
  { speaker, body, idempotencyKey, requestId }: ReceivedMessage,
  tenant: Tenant,
): IncomingMessage {
  const { channel, chat, sender } = speaker;
  const conversationId = chats.findConversation(tenant, speaker);
  const request = ChatRequest.parse({
    message: body.text.trim() === '' ? WORDLESS : body.text,
    conversation_id: conversationId,
    attachments: body.attachments,
    on_busy: 'queue',
  });
  return {
    tenant,
    request,
    ...(conversationId === undefined && { opens: ConversationId.parse(accept.newId()) }),
    // Which one that is may have changed since the same message came before.
    conversationName: [channel, chat.id, chat.thread_id ?? ''].join('/'),
    idempotencyKey,
    callback: undefined,
    requestId,
    delivery: {
      id: accept.newId(),
      channel,
      chat,
      replyTo: body.message_id,
      key: idempotencyKey && toKey(idempotencyKey),
      senderId: sender.id,
    },
  };
}

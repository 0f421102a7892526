import { ApiError } from '@bakerst/client';
import type { AttachmentId, ConversationId, Tenant } from '@bakerst/contracts';
import type { SenderView } from '@bakerst/contracts/channels';
import { type Brain, insistOnMessage } from '../brain.ts';
import type { ReceivedMessage } from '../channel.ts';
import { attachFiles, type FilesDeps } from './attach-files.ts';
import { claimLink, HOW_TO_LINK, isLinkWithoutCode, readLinkCode } from './claim-link.ts';
import { joinMessages } from './join-messages.ts';
import { note } from './note.ts';
import { NoRoom, type TellDeps, tell, whileThereIsRoom } from './tell.ts';

export interface Spoken {
  readonly message: ReceivedMessage;
  readonly tenant: Tenant;
  readonly conversationId: ConversationId | undefined;
}

export interface MessageDeps extends TellDeps, FilesDeps {
  readonly brain: Pick<
    Brain,
    | 'claimChannelLink'
    | 'createAttachment'
    | 'createDelivery'
    | 'identifySender'
    | 'receiveChannelMessage'
  >;
  /** Runs a line if it is a command; false for what is something to be said. */
  readonly runCommand: (spoken: Spoken) => Promise<boolean>;
}

const STRANGE = {
  voice: 'I cannot listen yet. Please write it.',
  other: 'I understand text, photos and documents.',
} as const;

const NO_ROOM = 'I have no room left to keep what you say. Please say it again later.';

/** Takes a message: when this resolves it is stored, answered, or nobody's business here. */
export async function takeMessage(deps: MessageDeps, message: ReceivedMessage): Promise<void> {
  try {
    await take(deps, message);
  } catch (err) {
    if (!(err instanceof NoRoom)) throw err;
    await tell(deps, message, NO_ROOM);
  }
}

async function take(deps: MessageDeps, message: ReceivedMessage): Promise<void> {
  const code = readLinkCode(message.text);
  if (code !== undefined) return await claimLink(deps, message, code);
  const who = await identify(deps, message);
  if (who.status === 'refused') {
    deps.log.debug({ senderId: message.sender.id }, 'message of a stranger was dropped');
    return;
  }
  const tenant = { org: who.org, user: who.user_id };
  const spoken = { message, tenant, conversationId: who.conversation_id ?? undefined };
  if (isLinkWithoutCode(message.text)) return await tell(deps, message, HOW_TO_LINK);
  if (await deps.runCommand(spoken)) return;
  if (message.strange !== undefined) return await tell(deps, message, STRANGE[message.strange]);
  await say(deps, spoken);
}

async function identify(deps: MessageDeps, message: ReceivedMessage): Promise<SenderView> {
  const { brain, channel, stopping } = deps;
  const { sender, chat } = message;
  return await insistOnMessage(
    deps,
    whileThereIsRoom(() => brain.identifySender(channel.name, { sender, chat })),
    stopping,
  );
}

async function say(deps: MessageDeps, spoken: Spoken): Promise<void> {
  const { message } = spoken;
  const { pieces } = message;
  if (pieces === undefined) return await sayOnce(deps, spoken);
  // What came too late for the first time that this was taken is a message of its own.
  const noted = await note(deps, message, pieces.map(({ key }) => key).join(' '));
  const known = new Set(noted.split(' '));
  const [first = message, ...others] = pieces.filter(({ key }) => known.has(key));
  await sayOnce(deps, { ...spoken, message: joinMessages(first, ...others) });
  const [late, ...later] = pieces.filter(({ key }) => !known.has(key));
  if (late !== undefined) await say(deps, { ...spoken, message: joinMessages(late, ...later) });
}

async function sayOnce(deps: MessageDeps, spoken: Spoken): Promise<void> {
  const { message } = spoken;
  try {
    const attachments = await attachFiles(deps, spoken);
    await store(deps, message, attachments);
  } catch (err) {
    if (!(err instanceof ApiError)) throw err;
    // The same update with its files under other ids: it was stored already.
    if (err.body?.code === 'IDEMPOTENCY_MISMATCH' && message.files.length > 0) return;
    await tell(deps, message, explain(err));
  }
}

async function store(
  deps: MessageDeps,
  message: ReceivedMessage,
  attachments: readonly AttachmentId[],
): Promise<void> {
  const { brain, channel, stopping, log } = deps;
  const { sender, chat, key, text, repliesTo = '', messageId } = message;
  const body = {
    sender,
    chat,
    text: `${repliesTo}\n\n${text}`.trim(),
    message_id: messageId,
    ...(attachments.length > 0 && { attachments: [...attachments] }),
  };
  const options = { idempotencyKey: key };
  const { run_id: runId } = await insistOnMessage(
    deps,
    whileThereIsRoom(() => brain.receiveChannelMessage(channel.name, body, options)),
    stopping,
  );
  log.info({ key, runId }, 'message taken');
}

function explain(err: ApiError): string {
  if (err.body?.code === 'QUEUE_DEPTH_EXCEEDED')
    return 'Too many messages are waiting already. Please say it again later.';
  return `That could not be taken: ${err.message}.`;
}

import { CHANNEL_COMMANDS, type CommandContext, type Place, runCommand } from '@bakerst/commands';
import { ConversationId } from '@bakerst/contracts';
import { type Brain, toNamed } from '../brain.ts';
import type { OfferedCommand, OutgoingFile } from '../channel.ts';
import type { Spoken } from '../messages/take-message.ts';
import { type TellDeps, tell } from '../messages/tell.ts';
import { type CommandBrain, createTenantClient } from './tenant-client.ts';

export interface CommandDeps extends TellDeps {
  readonly brain: CommandBrain & Pick<Brain, 'chooseChatConversation' | 'createDelivery'>;
  /** Keeps a file for the delivery with this text in this chat. */
  readonly keepFile: (chatId: string, text: string, file: OutgoingFile) => void;
}

const WELCOME = `Hello! Write whatever you want to know or have done, or send a photo or a file.

\`/help\` lists the commands.`;

/** What a channel lists; `/start` is what it sends by itself. */
export const OFFERED_COMMANDS: readonly OfferedCommand[] = CHANNEL_COMMANDS.map(
  ({ name, summary }) => ({ name, summary }),
);

/** Runs what is a command, and tells what it says: once, however often the message comes in. False for what is none. */
export async function runChannelCommand(deps: CommandDeps, spoken: Spoken): Promise<boolean> {
  const { message } = spoken;
  if (message.text === '/start') {
    await tell(deps, message, WELCOME);
    return true;
  }
  if (!message.text.startsWith('/')) return false;
  const said: string[] = [];
  const outcome = await runCommand(toContext(deps, spoken, said), message.text, CHANNEL_COMMANDS);
  if (outcome === 'said') return false;
  if (said.length > 0) await tell(deps, message, said.join('\n\n'));
  return true;
}

function toContext(deps: CommandDeps, spoken: Spoken, said: string[]): CommandContext {
  const { brain, channel, clock, stopping } = deps;
  const { message, tenant, conversationId } = spoken;
  const { sender, chat, key } = message;
  const goOnIn = async (id: ConversationId | null): Promise<void> =>
    await brain.chooseChatConversation(channel.name, { sender, chat, conversation_id: id });
  return {
    client: createTenantClient(brain, tenant),
    conversationId,
    idempotencyKey: key,
    deliverTo: { channel: channel.name, chat_id: chat.id },
    say: (text) => void said.push(text),
    async open(place) {
      await goOnIn(place.kind === 'conversation' ? ConversationId.parse(place.id) : null);
      said.push(toWords(place));
    },
    async choose(choice) {
      const id = conversationId ?? (await beginConversation(deps, spoken, goOnIn));
      const change = choice.kind === 'model' ? { model: choice.id } : { persona: choice.name };
      await brain.changeConversation(id, { ...change, ...toNamed(tenant) });
    },
    save({ name, mediaType, text }) {
      const lost = `\`${name}\` was lost on its way; please ask for it again.`;
      deps.keepFile(chat.id, lost, { name, mediaType, content: text, caption: name });
      said.push(lost);
    },
    wait: (ms) => clock.sleep(ms, stopping),
  };
}

/** What is chosen is a conversation's: one that has not begun begins with it. */
async function beginConversation(
  { brain }: CommandDeps,
  { message, tenant }: Spoken,
  goOnIn: (id: ConversationId) => Promise<void>,
): Promise<ConversationId> {
  const options = { idempotencyKey: message.key };
  const { id } = await brain.createConversation(toNamed(tenant), options);
  await goOnIn(id);
  return id;
}

function toWords(place: Place): string {
  return place.kind === 'new_conversation'
    ? 'A new conversation begins.'
    : 'It goes on from there.';
}

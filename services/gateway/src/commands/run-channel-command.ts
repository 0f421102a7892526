import { CHANNEL_COMMANDS, type CommandContext, type Place, runCommand } from '@bakerst/commands';
import { ConversationId } from '@bakerst/contracts';
import { type Brain, insist, toNamed } from '../brain.ts';
import type { OfferedCommand, OutgoingFile } from '../channel.ts';
import type { KeptFiles } from '../deliveries/kept-files.ts';
import { note } from '../messages/note.ts';
import type { Spoken } from '../messages/take-message.ts';
import { deliverAnswer, type TellDeps, tell, whileThereIsRoom } from '../messages/tell.ts';
import { type CommandBrain, createTenantClient } from './tenant-client.ts';

export interface CommandDeps extends TellDeps {
  readonly brain: CommandBrain & Pick<Brain, 'chooseChatConversation' | 'createDelivery'>;
  readonly files: Pick<KeptFiles, 'keep'>;
}

const WELCOME = `Hello! Write whatever you want to know or have done, or send a photo or a file.

\`/help\` lists the commands.`;

/** The link that led to the chat may have said more; a code was claimed before. */
const START = /^\/start(?:\s|$)/;

/** What a channel lists; `/start` is what it sends by itself. */
export const OFFERED_COMMANDS: readonly OfferedCommand[] = CHANNEL_COMMANDS.map(
  ({ name, summary }) => ({ name, summary }),
);

/** Runs what is a command, and tells what it says: once, however often the message comes in. False for what is none. */
export async function runChannelCommand(deps: CommandDeps, spoken: Spoken): Promise<boolean> {
  const { message } = spoken;
  if (START.test(message.text)) {
    await tell(deps, message, WELCOME);
    return true;
  }
  if (!message.text.startsWith('/')) return false;
  const result: Result = { said: [], file: undefined };
  const context = toContext(deps, spoken, result);
  const outcome = await runCommand(context, message.text, CHANNEL_COMMANDS);
  if (outcome === 'said') return false;
  const { said, file } = result;
  const deliver = () => deliverAnswer(deps, message, said.join('\n\n'));
  if (file !== undefined) await deps.files.keep(file, deliver);
  else if (said.length > 0) await deliver();
  return true;
}

interface Result {
  readonly said: string[];
  /** Goes in the place of what was said. */
  file: OutgoingFile | undefined;
}

function toContext(deps: CommandDeps, spoken: Spoken, result: Result): CommandContext {
  const { brain, channel, clock, stopping } = deps;
  const { message, tenant, conversationId } = spoken;
  const { sender, chat, key } = message;
  const { said } = result;
  const ask = <T>(call: () => Promise<T>): Promise<T> =>
    insist(deps, whileThereIsRoom(call), stopping);
  const goOnIn = async (conversation_id: ConversationId): Promise<void> =>
    await ask(() => brain.chooseChatConversation(channel.name, { sender, chat, conversation_id }));
  const beginAnew = async (): Promise<ConversationId> => {
    const options = { idempotencyKey: key };
    const { id } = await ask(() => brain.createConversation(toNamed(tenant), options));
    await goOnIn(id);
    return id;
  };
  return {
    client: createTenantClient(brain, tenant, ask),
    conversationId,
    idempotencyKey: key,
    note: (value) => note(deps, message, value),
    deliverTo: {
      channel: channel.name,
      chat_id: chat.id,
      ...(chat.thread_id !== undefined && { thread_id: chat.thread_id }),
    },
    say: (text) => void said.push(text),
    async open(place) {
      // One that is there already: the same line that comes in again leads to no other.
      if (place.kind === 'conversation') await goOnIn(ConversationId.parse(place.id));
      else await beginAnew();
      said.push(toWords(place));
    },
    async choose(choice) {
      // What is chosen is a conversation's: one that has not begun begins with it. It stays that one when the line comes in
      // again after another one was begun.
      const id = ConversationId.parse(
        await note(deps, message, conversationId ?? (await beginAnew())),
      );
      const change = choice.kind === 'model' ? { model: choice.id } : { persona: choice.name };
      await ask(() => brain.changeConversation(id, { ...change, ...toNamed(tenant) }));
    },
    save({ name, mediaType, text }) {
      result.file = { name, mediaType, content: text, caption: name };
      said.push(`\`${name}\` was lost on its way; please ask for it again.`);
    },
    wait: (ms) => clock.sleep(ms, stopping),
  };
}

function toWords(place: Place): string {
  return place.kind === 'new_conversation'
    ? 'A new conversation begins.'
    : 'It goes on from there.';
}

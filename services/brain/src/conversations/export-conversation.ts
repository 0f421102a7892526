import type { Conversation, Message } from './conversation.ts';
import { toConversationView, toMessageView } from './conversation-view.ts';
import type { ConversationStore } from './ports.ts';

/** Messages read at a time. */
const CHUNK = 100;

export type ExportFormat = 'markdown' | 'json';

/** A whole conversation as text, piece by piece: nothing holds all of it at a time. */
export function* exportConversation(
  store: Pick<ConversationStore, 'listMessages'>,
  conversation: Conversation,
  format: ExportFormat,
): Generator<string> {
  const isJson = format === 'json';
  yield isJson
    ? `{"conversation":${JSON.stringify(toConversationView(conversation))},"messages":[`
    : `# ${conversation.title ?? 'Conversation'}\n`;
  let isFirst = true;
  for (const message of listAll(store, conversation)) {
    yield isJson ? toJson(message, isFirst) : toMarkdown(message);
    isFirst = false;
  }
  if (isJson) yield ']}';
}

function* listAll(
  store: Pick<ConversationStore, 'listMessages'>,
  { id }: Conversation,
): Generator<Message> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const messages = store.listMessages(id, { after, order: 'oldest', limit: CHUNK });
    yield* messages;
    after = messages.length < CHUNK ? undefined : messages.at(-1)?.seq;
  }
}

function toJson(message: Message, isFirst: boolean): string {
  return `${isFirst ? '' : ','}${JSON.stringify(toMessageView(message))}`;
}

function toMarkdown({ role, content, createdAt }: Message): string {
  const who = role === 'user' ? 'You' : 'Assistant';
  const when = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  return `\n## ${who}, ${when} UTC\n\n${content.trim()}\n`;
}

/** A name for the file that no system has trouble with. */
export function toFileName({ title, id }: Conversation, format: ExportFormat): string {
  const words = (title ?? '')
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .toLowerCase();
  return `${words || id}.${format === 'json' ? 'json' : 'md'}`;
}

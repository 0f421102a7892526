import type { Attachment } from '../attachments/attachment.ts';
import type { AttachmentLister } from '../attachments/ports.ts';
import type { Conversation, Message } from './conversation.ts';
import { toConversationView, toMessageView } from './conversation-view.ts';
import type { ConversationStore } from './ports.ts';

/** Messages read at a time. */
const CHUNK = 100;

export type ExportFormat = 'markdown' | 'json';

interface ExportDeps {
  readonly conversations: Pick<ConversationStore, 'listMessages'>;
  readonly attachments: AttachmentLister;
}

/** A whole conversation as text, piece by piece: nothing holds all of it at a time. */
export function* exportConversation(
  deps: ExportDeps,
  conversation: Conversation,
  format: ExportFormat,
): Generator<string> {
  const isJson = format === 'json';
  yield isJson
    ? `{"conversation":${JSON.stringify(toConversationView(conversation))},"messages":[`
    : `# ${conversation.title ?? 'Conversation'}\n`;
  let isFirst = true;
  for (const [message, attachments] of listAll(deps, conversation)) {
    yield isJson
      ? `${isFirst ? '' : ','}${JSON.stringify(toMessageView(message, attachments))}`
      : toMarkdown(message, attachments);
    isFirst = false;
  }
  if (isJson) yield ']}';
}

function* listAll(
  { conversations, attachments }: ExportDeps,
  { id }: Conversation,
): Generator<readonly [Message, readonly Attachment[]]> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const messages = conversations.listMessages(id, { after, order: 'oldest', limit: CHUNK });
    const last = messages.at(-1)?.seq;
    const carried = attachments.listOf(id, { fromSeq: after, toSeq: last ?? after });
    for (const message of messages) yield [message, carried.get(message.seq) ?? []];
    after = messages.length < CHUNK ? undefined : last;
  }
}

function toMarkdown({ role, content, createdAt }: Message, files: readonly Attachment[]): string {
  const who = role === 'user' ? 'You' : 'Assistant';
  const when = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  const names = files.map(({ name }) => `*Attached: ${name}*\n\n`).join('');
  return `\n## ${who}, ${when} UTC\n\n${names}${content.trim()}\n`;
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

import { type Command, type CommandContext, CommandError, toOptions } from './command.ts';

const MESSAGES = 50;

export const newCommand: Command = {
  name: 'new',
  aliases: ['clear'],
  summary: 'Begins a new conversation',
  argument: { name: 'title', isOptional: true },
  async run(context, title) {
    const { client, open } = context;
    if (title === '') return await open({ kind: 'new_conversation' });
    const { id } = await client.createConversation({ title }, toOptions(context));
    await open({ kind: 'conversation', id });
  },
};

export const undoCommand: Command = {
  name: 'undo',
  aliases: [],
  summary: 'Goes on in a new conversation as if the last message had not been said',
  async run(context) {
    const { client, conversationId, open } = context;
    const messages =
      conversationId === undefined
        ? []
        : (await client.listMessages(conversationId, { limit: MESSAGES })).data;
    const last = messages.find(({ role }) => role === 'user');
    if (conversationId === undefined || last === undefined)
      throw new CommandError('Nothing was said yet.');
    // What was said to a run while it was on belongs to its first message.
    const run = messages.filter(({ run_id, role }) => run_id === last.run_id && role === 'user');
    const before = Math.min(...run.map(({ seq }) => seq));
    const [from = conversationId, seq = before] = (
      await note(context, `${conversationId}/${before}`)
    ).split('/');
    const place = { before_seq: Number(seq) };
    const { id } = await client.forkConversation(from, place, toOptions(context));
    await open({ kind: 'conversation', id });
  },
};

const FORMATS = {
  markdown: { ending: 'md', mediaType: 'text/markdown', hint: 'to read' },
  json: { ending: 'json', mediaType: 'application/json', hint: 'for programs' },
} as const;

export const exportCommand: Command = {
  name: 'export',
  aliases: [],
  summary: 'Saves this conversation as a file',
  argument: {
    name: 'markdown | json',
    isOptional: true,
    listValues: async () => Object.entries(FORMATS).map(([value, { hint }]) => ({ value, hint })),
  },
  async run({ client, conversationId, save }, text) {
    const format = text === '' ? 'markdown' : text.toLowerCase();
    if (format !== 'markdown' && format !== 'json')
      throw new CommandError('It can be saved as `markdown` or as `json`.');
    if (conversationId === undefined) throw new CommandError('Nothing was said yet.');
    const { ending, mediaType } = FORMATS[format];
    const file = await client.exportConversation(conversationId, { format });
    await save({
      name: `conversation-${conversationId.slice(0, 8)}.${ending}`,
      mediaType,
      text: file,
    });
  },
};

const NO_RUN = 'none';

export const stopCommand: Command = {
  name: 'stop',
  aliases: ['halt'],
  summary: 'Stops what the assistant is doing',
  async run(context) {
    const { client, say } = context;
    const [running, waiting] = await Promise.all([
      client.listRuns({ status: 'running', limit: 1 }),
      client.listRuns({ status: 'waiting', limit: 1 }),
    ]);
    const run = running.data[0] ?? waiting.data[0];
    const id = await note(context, run?.id ?? NO_RUN);
    if (id === NO_RUN) return say('Nothing is going on.');
    await client.haltRun(id);
    say('Stopped.');
  },
};

async function note(context: CommandContext, value: string): Promise<string> {
  return (await context.note?.(value)) ?? value;
}

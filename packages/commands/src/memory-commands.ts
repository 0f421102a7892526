import { type Command, toOptions } from './command.ts';
import { toLine } from './show-text.ts';

const SHOWN_FACTS = 10;

export const rememberCommand: Command = {
  name: 'remember',
  aliases: [],
  summary: 'Has something remembered',
  argument: { name: 'what', isOptional: false },
  async run(context, text) {
    const { client, say } = context;
    const fact = await client.storeFact({ text }, toOptions(context));
    say(`Remembered: ${fact.text}`);
  },
};

export const recallCommand: Command = {
  name: 'recall',
  aliases: [],
  summary: 'Shows what is remembered, of these words or at all',
  argument: { name: 'words', isOptional: true },
  async run({ client, say }, words) {
    const query = words === '' ? {} : { q: words };
    const { data } = await client.listFacts({ ...query, limit: SHOWN_FACTS });
    if (data.length === 0) return say('Nothing is remembered of that.');
    say(data.map(({ text, category }) => toLine(`${text} *(${category})*`)).join('\n'));
  },
};

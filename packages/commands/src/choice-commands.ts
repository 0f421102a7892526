import { type Command, type CommandContext, CommandError, type Value } from './command.ts';
import { toLine } from './show-text.ts';

/** Stands for the one that answers when nobody is chosen. */
const USUAL: Value = { value: 'default', hint: 'the usual one' };

export const modelCommand: Command = {
  name: 'model',
  aliases: [],
  summary: 'Shows the models, or chooses the one that answers from now on',
  argument: { name: 'model', isOptional: true, listValues: listModels },
  async run(context, text) {
    const chosen = await chooseAmong(context, text, await listModels(context));
    if (chosen === undefined) return;
    await context.choose({ kind: 'model', id: chosen === USUAL ? null : chosen.value });
    context.say(`From now on ${chosen.hint} answers.`);
  },
};

export const personaCommand: Command = {
  name: 'persona',
  aliases: [],
  summary: 'Shows the personas, or chooses the one that answers from now on',
  argument: { name: 'persona', isOptional: true, listValues: listPersonas },
  async run(context, text) {
    const chosen = await chooseAmong(context, text, await listPersonas(context));
    if (chosen === undefined) return;
    await context.choose({ kind: 'persona', name: chosen === USUAL ? null : chosen.value });
    context.say(`From now on ${chosen === USUAL ? USUAL.hint : chosen.value} answers.`);
  },
};

async function listModels({ client }: CommandContext): Promise<readonly Value[]> {
  const { data } = await client.listModels();
  return [...data.map(({ id, name }) => ({ value: id, hint: name })), USUAL];
}

async function listPersonas({ client }: CommandContext): Promise<readonly Value[]> {
  const { data } = await client.listPersonas();
  const values = data.map(({ name, description }) => ({ value: name, hint: description ?? '' }));
  return [...values, USUAL];
}

/** The value that is named; undefined without a name, when all are shown. A wrong one is a CommandError. */
async function chooseAmong(
  { say }: CommandContext,
  text: string,
  values: readonly Value[],
): Promise<Value | undefined> {
  const wanted = text.toLowerCase();
  const chosen = values.find(({ value }) => value.toLowerCase() === wanted);
  if (chosen !== undefined) return chosen;
  const lines = values.map(({ value, hint }) =>
    toLine(hint === '' ? `\`${value}\`` : `\`${value}\` ${hint}`),
  );
  const list = ['There are:', '', ...lines].join('\n');
  if (text !== '') throw new CommandError(`There is none of that name. ${list}`);
  say(list);
  return undefined;
}

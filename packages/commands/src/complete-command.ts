import type { Command, CommandContext, Value } from './command.ts';
import { findCommand } from './parse-command.ts';

const MAX_COMPLETIONS = 20;
const NAME = /^\/([A-Za-z]*)$/;
const FIRST_ARGUMENT = /^\/([A-Za-z]+)\s+(\S*)$/;

/** A way to go on with a line that begins as a command. */
export interface Completion {
  /** The whole line, once it is taken. */
  readonly text: string;
  readonly name: string;
  readonly hint: string;
}

/** What may be meant by a line that is being written; empty when it is no command. Never throws: without an answer there are none. */
export async function completeCommand(
  context: CommandContext,
  line: string,
  commands: readonly Command[],
): Promise<readonly Completion[]> {
  const name = NAME.exec(line)?.[1];
  if (name !== undefined) return completeName(name.toLowerCase(), commands);
  const [, word, begun] = FIRST_ARGUMENT.exec(line) ?? [];
  if (word === undefined || begun === undefined) return [];
  const command = findCommand(word.toLowerCase(), commands);
  const values = (await listValues(command, context)).filter(({ value }) =>
    value.toLowerCase().startsWith(begun.toLowerCase()),
  );
  return values.slice(0, MAX_COMPLETIONS).map(({ value, hint }) => ({
    text: `/${command?.name} ${value}`,
    name: value,
    hint,
  }));
}

function completeName(begun: string, commands: readonly Command[]): readonly Completion[] {
  return commands
    .filter(({ name, aliases }) => [name, ...aliases].some((each) => each.startsWith(begun)))
    .map(({ name, summary, argument }) => ({
      text: argument === undefined ? `/${name}` : `/${name} `,
      name: `/${name}`,
      hint: summary,
    }));
}

async function listValues(
  command: Command | undefined,
  context: CommandContext,
): Promise<readonly Value[]> {
  try {
    return (await command?.argument?.listValues?.(context)) ?? [];
  } catch {
    return []; // NOTE: completion is a help; the command itself will say what is wrong.
  }
}

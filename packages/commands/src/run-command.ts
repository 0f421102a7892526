import { ApiError } from '@bakerst/client';
import { type Command, type CommandContext, CommandError, toUsage } from './command.ts';
import { type Parsed, parseCommand } from './parse-command.ts';

/** What became of a line: `said` is no command but something to be said; for `failed` it was told why. */
export type CommandOutcome = 'said' | 'done' | 'failed';

/** Runs a line if it is a command. What goes wrong is told, not thrown. */
export async function runCommand(
  context: CommandContext,
  line: string,
  commands: readonly Command[],
): Promise<CommandOutcome> {
  const parsed = parseCommand(line, commands);
  if (parsed === undefined) return 'said';
  try {
    return (await run(context, parsed)) ? 'done' : 'failed';
  } catch (err) {
    context.say(explain(err));
    return 'failed';
  }
}

/** False for one that cannot be run as it is written. */
async function run(context: CommandContext, parsed: Parsed): Promise<boolean> {
  if (parsed.kind === 'unknown') {
    context.say(`There is no command \`/${parsed.name}\`. \`/help\` lists those that there are.`);
    return false;
  }
  const { command, text } = parsed;
  if (text === '' && command.argument?.isOptional === false) {
    context.say(`Something is missing: \`${toUsage(command)}\``);
    return false;
  }
  await command.run(context, text);
  return true;
}

function explain(err: unknown): string {
  if (err instanceof CommandError) return err.message;
  if (err instanceof ApiError) return `That did not work: ${err.message}.`;
  // How fetch fails without a connection.
  if (err instanceof TypeError) return 'The assistant cannot be reached at this moment.';
  throw err;
}

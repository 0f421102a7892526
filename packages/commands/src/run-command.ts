import { ApiError } from '@bakerst/client';
import { type Command, type CommandContext, toUsage } from './command.ts';
import { type Parsed, parseCommand } from './parse-command.ts';

/** Runs a line that is a command; false for one that is something to be said. What goes wrong is told, not thrown. */
export async function runCommand(
  context: CommandContext,
  line: string,
  commands: readonly Command[],
): Promise<boolean> {
  const parsed = parseCommand(line, commands);
  if (parsed === undefined) return false;
  try {
    await run(context, parsed);
  } catch (err) {
    context.say(explain(err));
  }
  return true;
}

async function run(context: CommandContext, parsed: Parsed): Promise<void> {
  if (parsed.kind === 'unknown') {
    context.say(`There is no command \`/${parsed.name}\`. \`/help\` lists those that there are.`);
    return;
  }
  const { command, text } = parsed;
  if (text === '' && command.argument?.isOptional === false)
    context.say(`Something is missing: \`${toUsage(command)}\``);
  else await command.run(context, text);
}

function explain(err: unknown): string {
  if (err instanceof ApiError) return `That did not work: ${err.message}.`;
  // How fetch fails without a connection.
  if (err instanceof TypeError) return 'The assistant cannot be reached at this moment.';
  throw err;
}

import { modelCommand, personaCommand } from './choice-commands.ts';
import { type Command, toUsage } from './command.ts';
import { jobCommand, jobsCommand, runCommand } from './job-commands.ts';
import { linkCommand } from './link-command.ts';
import { recallCommand, rememberCommand } from './memory-commands.ts';
import { findCommand } from './parse-command.ts';
import { toLine } from './show-text.ts';
import { exportCommand, newCommand, stopCommand, undoCommand } from './talk-commands.ts';

const helpCommand: Command = {
  name: 'help',
  aliases: ['commands'],
  summary: 'Lists the commands, or explains one',
  argument: {
    name: 'command',
    isOptional: true,
    listValues: async () => COMMANDS.map(({ name, summary }) => ({ value: name, hint: summary })),
  },
  async run({ say }, text) {
    const wanted = text.replace(/^\//, '').toLowerCase();
    const one = findCommand(wanted, COMMANDS);
    say((one === undefined ? COMMANDS : [one]).map(describe).join('\n'));
  },
};

/** Every command, in the order in which they are listed. */
export const COMMANDS: readonly Command[] = [
  helpCommand,
  newCommand,
  modelCommand,
  personaCommand,
  rememberCommand,
  recallCommand,
  runCommand,
  jobCommand,
  jobsCommand,
  stopCommand,
  undoCommand,
  exportCommand,
  linkCommand,
];

function describe(command: Command): string {
  const others = command.aliases.map((alias) => `, also \`/${alias}\``).join('');
  return toLine(`\`${toUsage(command)}\` ${command.summary}${others}`);
}

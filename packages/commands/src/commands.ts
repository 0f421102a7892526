import { modelCommand, personaCommand } from './choice-commands.ts';
import { type Command, toUsage } from './command.ts';
import { jobCommand, jobsCommand, runCommand } from './job-commands.ts';
import { linkCommand } from './link-command.ts';
import { recallCommand, rememberCommand } from './memory-commands.ts';
import { findCommand } from './parse-command.ts';
import { toLine } from './show-text.ts';
import { exportCommand, newCommand, stopCommand, undoCommand } from './talk-commands.ts';

const OTHERS: readonly Command[] = [
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
];

/** Those of a channel, where a code of `/link` would be read by the whole group. */
export const CHANNEL_COMMANDS: readonly Command[] = withHelp(OTHERS);

/** Every command, in the order in which they are listed. */
export const COMMANDS: readonly Command[] = withHelp([...OTHERS, linkCommand]);

function withHelp(others: readonly Command[]): readonly Command[] {
  const listed = (): readonly Command[] => [help, ...others];
  const help: Command = {
    name: 'help',
    aliases: ['commands'],
    summary: 'Lists the commands, or explains one',
    argument: {
      name: 'command',
      isOptional: true,
      listValues: async () => listed().map(({ name, summary }) => ({ value: name, hint: summary })),
    },
    async run({ say }, text) {
      const wanted = text.replace(/^\//, '').toLowerCase();
      const one = findCommand(wanted, listed());
      say((one === undefined ? listed() : [one]).map(describe).join('\n'));
    },
  };
  return listed();
}

function describe(command: Command): string {
  const others = command.aliases.map((alias) => `, also \`/${alias}\``).join('');
  return toLine(`\`${toUsage(command)}\` ${command.summary}${others}`);
}

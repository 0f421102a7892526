import type { Command } from './command.ts';

/** A name, then nothing or a blank: `/etc/hosts` and `//` are ordinary text. */
const FORM = /^\/([A-Za-z]+)(?:\s+([\s\S]*))?$/;

export type Parsed =
  | { readonly kind: 'command'; readonly command: Command; readonly text: string }
  | { readonly kind: 'unknown'; readonly name: string };

/** Undefined for what is no command but something to be said. */
export function parseCommand(line: string, commands: readonly Command[]): Parsed | undefined {
  const [, word, text = ''] = FORM.exec(line.trimEnd()) ?? [];
  if (word === undefined) return undefined;
  const name = word.toLowerCase();
  const command = findCommand(name, commands);
  if (command === undefined) return { kind: 'unknown', name };
  return { kind: 'command', command, text: text.trim() };
}

export function findCommand(name: string, commands: readonly Command[]): Command | undefined {
  return commands.find((command) => command.name === name || command.aliases.includes(name));
}

import { join } from 'node:path';
import { ReplayClass } from '@bakerst/contracts';
import { z } from 'zod';
import { AppError } from '../app-error.ts';
import { readSettingFile } from '../setting-file.ts';
import { splitCommand } from './split-command.ts';

const FILE = 'COMMANDS.json';
const MAX_ARGUMENTS = 16;

/** A regular expression that an argument must match as a whole. */
export const ArgumentPattern = z.string().transform((source, context) => {
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch {
    context.addIssue({ code: 'custom', message: `"${source}" is no regular expression` });
    return z.NEVER;
  }
});

/** `operating_system/COMMANDS.json`: the programs that command jobs may run, and nothing else. */
const CommandFile = z.strictObject({
  commands: z.array(
    z.strictObject({
      name: z.string().regex(/^[\w.+-]{1,64}$/),
      /** Where the program is; it is never searched for. */
      path: z.string().regex(/^\//, 'must be absolute'),
      /** Each argument must match one of these regular expressions as a whole. */
      arguments: z.array(ArgumentPattern).default([]),
      /** `safe`: it changes nothing, so it may run again after a crash. */
      replay: ReplayClass.exclude(['keyed']).default('never'),
    }),
  ),
});

/** A command that may run. */
export interface AllowedCommand {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly replay: 'safe' | 'never';
}

export interface CommandList {
  readonly names: readonly string[];
  /**
   * Throws AppError AUTHORIZATION_ERROR, reason COMMAND_NOT_ALLOWED, for a program or an argument that is not on the
   * list; VALIDATION_ERROR for a line that cannot be split.
   */
  check(line: string): AllowedCommand;
}

/** Reads COMMANDS.json; without the file nothing is allowed. Throws StartError that says where it is wrong. */
export function loadCommandList(operatingSystemDir: string): CommandList {
  const path = join(operatingSystemDir, FILE);
  return toCommandList(readSettingFile(path, CommandFile) ?? { commands: [] });
}

function toCommandList({ commands }: z.infer<typeof CommandFile>): CommandList {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const names = [...byName.keys()];
  return {
    names,
    check(line) {
      const [name = '', ...words] = splitCommand(line);
      const command = byName.get(name);
      if (command === undefined) throw notAllowed(`only ${listNames(names)} may be run`);
      if (words.length > MAX_ARGUMENTS)
        throw notAllowed(`${name} gets at most ${MAX_ARGUMENTS} arguments`);
      const strange = words.find((word) => !command.arguments.some((form) => form.test(word)));
      if (strange !== undefined)
        throw notAllowed(`${name} may not get the argument ${JSON.stringify(strange)}`);
      return { path: command.path, arguments: words, replay: command.replay };
    },
  };
}

function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'programs of COMMANDS.json, which names none,' : names.join(', ');
}

function notAllowed(message: string): AppError {
  return new AppError('AUTHORIZATION_ERROR', message, { reason: 'COMMAND_NOT_ALLOWED' });
}

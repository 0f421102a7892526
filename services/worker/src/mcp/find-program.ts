import { accessSync, constants, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** Where a program is looked for that is named without a directory. */
const DIRECTORIES: readonly string[] = [
  dirname(process.execPath),
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
];

/** PATH of a server whose entry names none. */
export const SERVER_PATH: string = DIRECTORIES.join(':');

/** Absolute path of a program that may be run; undefined when there is none. */
export function findProgram(command: string): string | undefined {
  if (isAbsolute(command)) return isProgram(command) ? command : undefined;
  if (command.includes('/')) return undefined;
  return DIRECTORIES.map((directory) => join(directory, command)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

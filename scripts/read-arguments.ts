import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { StartError } from '@bakerst/kit/start-error';

/** The options of a command, as `parseArgs` gives them. `help`: what shows how it is used. Throws StartError for others. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  help: string,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`${why}: see ${help}`, { cause });
  }
}

/** Those that `--only` names, separated by commas; all without it. Throws StartError for a name that is none. */
export function chooseNamed<T extends { readonly name: string }>(
  only: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (only === undefined) return all;
  return only.split(',').map((name) => {
    const found = all.find((each) => each.name === name.trim());
    if (found !== undefined) return found;
    const known = all.map((each) => each.name).join(', ');
    throw new StartError(`--only knows ${known}; not "${name}"`);
  });
}

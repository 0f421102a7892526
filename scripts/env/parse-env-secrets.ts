const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

export interface EnvSecrets {
  readonly variables: Readonly<Record<string, string>>;
  /** Numbers, from 1, of the lines that are neither KEY=VALUE nor a comment. */
  readonly badLines: readonly number[];
}

/**
 * Reads KEY=VALUE lines, with or without `export`. A value may stand in 'single' quotes (as it is) or in "double" ones (\n, \" and \\ are known);
 * without quotes it ends at a blank followed by #. Nothing is expanded. The last line of a name counts.
 */
export function parseEnvSecrets(text: string): EnvSecrets {
  const variables: Record<string, string> = {};
  const badLines: number[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, raw = ''] = LINE.exec(line) ?? [];
    const value = name === undefined ? undefined : parseValue(raw);
    if (name === undefined || value === undefined) badLines.push(index + 1);
    else variables[name] = value;
  }
  return { variables, badLines };
}

function parseValue(raw: string): string | undefined {
  const quote = raw[0];
  if (quote === "'") return /^'([^']*)'\s*(#.*)?$/.exec(raw)?.[1];
  if (quote === '"') {
    const inner = /^"((?:[^"\\]|\\.)*)"\s*(#.*)?$/.exec(raw)?.[1];
    return inner?.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return raw.replace(/(^|\s+)#.*$/, '');
}

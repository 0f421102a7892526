import { readFileSync, statSync } from 'node:fs';
import type { Env } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';
import { parseEnvSecrets } from './parse-env-secrets.ts';

const OTHERS = 0o077;

interface SecretsFile {
  readonly file: string;
  readonly say: (line: string) => void;
}

/** The environment with the variables of `file` under it: one that is already set, even to nothing, wins. */
export function withEnvSecrets(env: Env, { file, say }: SecretsFile): Env {
  const text = readIfThere(file);
  if (text === undefined) return env;
  if ((statSync(file).mode & OTHERS) !== 0)
    say(`${file} can be read by others on this machine: chmod 600 ${file}`);
  const { variables, badLines } = parseEnvSecrets(text);
  if (badLines.length > 0)
    say(`${file}: passed over what is not KEY=VALUE (line ${badLines.join(', ')})`);
  return { ...variables, ...env };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new StartError(`${file} cannot be read: make it readable for you or remove it`, {
      cause,
    });
  }
}

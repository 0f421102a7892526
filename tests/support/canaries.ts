import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of variables that hold secrets, of which a brain is given all and a worker those of its own. */
const NAMES = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'QDRANT_API_KEY',
  'VOYAGE_API_KEY',
  'SECRETS_KEY',
  'TELEGRAM_BOT_TOKEN',
] as const;

/** Secrets by the name of their variable; each is found wherever it is, for it is nowhere by chance. */
export function makeCanaries(): Readonly<Record<(typeof NAMES)[number], string>> {
  const make = (): string => `canary+${randomBytes(18).toString('base64')}/"quoted"`;
  return {
    ANTHROPIC_API_KEY: make(),
    ANTHROPIC_AUTH_TOKEN: make().replaceAll('"', ''),
    QDRANT_API_KEY: make(),
    VOYAGE_API_KEY: make(),
    // What stands there must be a key.
    SECRETS_KEY: randomBytes(32).toString('base64'),
    TELEGRAM_BOT_TOKEN: make(),
  };
}

export interface Leak {
  readonly where: string;
  readonly form: string;
  /** Beginning of the secret. */
  readonly secret: string;
}

/** Every secret that can be read in one of the texts: as it is, in JSON, in a URL, in base64. */
export function findLeaks(
  secrets: readonly string[],
  texts: ReadonlyMap<string, string>,
): readonly Leak[] {
  return [...texts].flatMap(([where, text]) =>
    secrets.flatMap((secret) =>
      Object.entries(formsOf(secret))
        .filter(([, form]) => text.includes(form))
        .map(([form]) => ({ where, form, secret: secret.slice(0, 12) })),
    ),
  );
}

function formsOf(secret: string): Readonly<Record<string, string>> {
  // The last characters of base64 depend on what comes behind.
  const base64 = (before: string): string =>
    Buffer.from(`${before}${secret}`).toString('base64').slice(4, -4);
  return {
    raw: secret,
    json: JSON.stringify(secret).slice(1, -1),
    url: encodeURIComponent(secret),
    'base64 at 0': base64(''),
    'base64 at 1': base64(':'),
    'base64 at 2': base64('::'),
  };
}

/** All files below a directory, as they are on the disk. */
export function readFiles(dir: string): ReadonlyMap<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path, readFileSync(path, 'latin1')]),
  );
}

/** Text that shows secrets in every form, one a line, as a careless program would. */
export function showAll(secrets: readonly string[]): string {
  return secrets.flatMap((secret) => Object.values(formsWhole(secret))).join('\n');
}

function formsWhole(secret: string): readonly string[] {
  const credentials = Buffer.from(`user:${secret}`).toString('base64');
  return [secret, JSON.stringify({ secret }), `?key=${encodeURIComponent(secret)}`, credentials];
}

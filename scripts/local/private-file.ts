import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const SECRET_BYTES = 32;

/**
 * A random text for URLs and headers, 43 characters long.
 * NOTE: the global is loaded when it is used, at a first start; importing node:crypto would cost every start 5 MB.
 */
export function randomSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))).toString('base64url');
}

/** The secret kept in `file`; the first time one is made, readable for its owner alone. */
export function readOrCreateSecret(file: string): string {
  const kept = readIfThere(file)?.trim();
  if (kept !== undefined && kept !== '') return kept;
  const secret = randomSecret();
  writePrivateFile(file, `${secret}\n`);
  return secret;
}

/** Writes a file of mode 0600 in one step: a crash leaves the old one or the new one. */
export function writePrivateFile(file: string, text: string): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
}

/** The file's text, undefined when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

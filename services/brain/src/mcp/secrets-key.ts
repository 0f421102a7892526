import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StartError } from '@bakerst/kit';
import { SECRETS_KEY_FILE } from '@bakerst/kit/backups';
import type { SecretKeys } from './secret-box.ts';

const KEY_BYTES = 32;
const FILE_MODE = 0o600;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Reads a key of 32 bytes in hex or base64. Throws StartError that says whose it is. */
export function parseSecretsKey(text: string, name: string): Buffer {
  const key = HEX.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if ((HEX.test(text) || BASE64.test(text)) && key.length === KEY_BYTES) return key;
  throw new StartError(
    `${name} must be 32 bytes in base64 or hex; make one with: openssl rand -base64 32`,
  );
}

/** Gives the key that was set, else the one of the data directory, which is made when something is first encrypted. */
export function createKeyReader(dataDir: string, given: Buffer | undefined): SecretKeys {
  let key = given;
  const path = join(dataDir, SECRETS_KEY_FILE);
  return {
    read() {
      const text = key === undefined ? readIfThere(path) : undefined;
      if (text !== undefined) key = parseSecretsKey(text.trim(), path);
      return key;
    },
    readOrMake() {
      key ??= parseSecretsKey((readIfThere(path) ?? make(dataDir, path)).trim(), path);
      return key;
    },
  };
}

/** Of several processes that make one at a time the first one counts; none is seen before it is whole. */
function make(dataDir: string, path: string): string {
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, 'w', FILE_MODE);
  try {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (err) {
    if (!hasCode(err, 'EEXIST')) throw err;
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dataDir);
  return readFileSync(path, 'utf8');
}

/** The name of a file is only safe once its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (err) {
    if (hasCode(err, 'ENOENT')) return undefined;
    throw err;
  }
}

function hasCode(err: unknown, code: string): boolean {
  return err instanceof Error && 'code' in err && err.code === code;
}

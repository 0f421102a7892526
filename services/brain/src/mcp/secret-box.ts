import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1.';

/** What an encrypted text belongs to: at any other place it cannot be opened. */
interface SecretPlace {
  readonly org: string;
  readonly server: string;
  readonly field: string;
}

/** Encrypts what may lie in the database and in backups, but is not to be read there. */
export interface SecretBox {
  seal(text: string, place: SecretPlace): string;
  /** Throws when the key or the place is another one, or the text was changed. */
  open(sealed: string, place: SecretPlace): string;
}

/** Where the key of 32 bytes comes from; not asked before it is needed. */
export interface SecretKeys {
  /** Undefined when there is none: then nothing can have been encrypted with it. */
  read(): Buffer | undefined;
  readOrMake(): Buffer;
}

export function createSecretBox(keys: SecretKeys): SecretBox {
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, keys.readOrMake(), nonce).setAAD(toAad(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open(sealed, place) {
      const key = keys.read();
      if (key === undefined) throw new Error('the key is not there');
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(toAad(place))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const rest = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(rest), decipher.final()]).toString('utf8');
    },
  };
}

function toAad({ org, server, field }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([org, server, field]));
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
const FORM = /^([A-Za-z0-9_-]{8,64})\.([A-Za-z0-9_-]{43})$/;

/** What a browser is given: the id finds the row, the secret proves that it may. */
export interface SecretParts {
  readonly id: string;
  readonly secret: string;
}

export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function joinParts({ id, secret }: SecretParts): string {
  return `${id}.${secret}`;
}

/** Undefined for text of another form. */
export function splitParts(text: string): SecretParts | undefined {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** SHA-256 in hex: all that is stored of a secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes the same time for every wrong secret. */
export function isSecretOf(secret: string, hash: string): boolean {
  const stored = Buffer.from(hash, 'hex');
  const given = Buffer.from(hashSecret(secret), 'hex');
  return stored.length === given.length && timingSafeEqual(stored, given);
}

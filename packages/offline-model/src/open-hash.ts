import type { Hash } from 'node:crypto';

/**
 * A SHA-256 to be fed.
 * NOTE: node:crypto takes 5 MB; it is loaded by the first request, so that a server that nobody asks stays small.
 */
export function openHash(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('sha256');
}

import { createHash, randomUUIDv7 } from 'node:crypto';

/** Makes a fresh id string; a test passes its own counter. */
export type NewId = () => string;

/** UUIDs of version 7: ids made later sort later, so that newest-first lists need no second column. */
export const randomId: NewId = () => randomUUIDv7();

/** The id that always belongs to this text: a UUID of version 8, which is one made by a rule of ours. */
export function deriveId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}

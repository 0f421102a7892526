import { randomUUIDv7 } from 'node:crypto';

/** Makes a fresh id string; a test passes its own counter. */
export type NewId = () => string;

/** UUIDs of version 7: ids made later sort later, so that newest-first lists need no second column. */
export const randomId: NewId = () => randomUUIDv7();

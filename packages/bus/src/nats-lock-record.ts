import { LockNote } from '@bakerst/contracts';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  PubHeaders,
  type StoredMsg,
} from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';
import { busUnavailable } from './nats-unavailable.ts';
import { readJson } from './read-json.ts';

/** How long a chat may wait for NATS before it is answered with 503. */
export const NATS_PATIENCE_MS = 1_500;
/** Set by the server on the marker of a key whose TTL ran out (ADR-43). */
const MARKER_REASON = 'Nats-Marker-Reason';

export interface ConditionalWrite {
  readonly subject: string;
  readonly value: string;
  /** Revision that must be the last one of the key; 0: there is none. */
  readonly expected: number;
  readonly isDelete?: boolean;
  readonly timeoutMs?: number;
}

/** The new revision, or undefined when another one came first. Throws AppError UNAVAILABLE when NATS gives no answer. */
export async function writeIf(
  link: NatsLink,
  write: ConditionalWrite,
): Promise<number | undefined> {
  const conditions = headers();
  conditions.set(PubHeaders.ExpectedLastSubjectSequenceHdr, String(write.expected));
  if (write.isDelete === true) conditions.set('KV-Operation', 'DEL');
  try {
    const ack = await link.js.publish(write.subject, write.value, {
      headers: conditions,
      timeout: write.timeoutMs ?? NATS_PATIENCE_MS,
      retries: 1,
    });
    return ack.seq;
  } catch (cause) {
    if (isWrongRevision(cause)) return undefined;
    throw busUnavailable('the message bus gave no answer', cause);
  }
}

function isWrongRevision(err: unknown): boolean {
  return (
    err instanceof JetStreamApiError &&
    (err.code === JetStreamApiCodes.StreamWrongLastSequence ||
      err.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}

/** What stands under a key. */
export interface LastWord {
  readonly revision: number;
  readonly deleted: boolean;
  readonly note: LockNote | undefined;
}

interface LastRead {
  readonly bucket: string;
  readonly subject: string;
  readonly timeoutMs: number;
}

/** Undefined when nothing does. Throws AppError UNAVAILABLE when NATS gives no answer. */
export async function readLast(link: NatsLink, read: LastRead): Promise<LastWord | undefined> {
  const stored = await getLast(link, read);
  if (stored === null) return undefined;
  // A server-made marker (the key's TTL ran out) names its reason instead of an operation.
  const deleted = stored.header.has('KV-Operation') || stored.header.has(MARKER_REASON);
  const note = deleted ? undefined : LockNote.safeParse(readJson(stored)).data;
  return { revision: stored.seq, deleted, note };
}

async function getLast(
  link: NatsLink,
  { bucket, subject, timeoutMs }: LastRead,
): Promise<StoredMsg | null> {
  try {
    // A manager has one timeout for all that it asks, and this question has what is left of its asker's patience.
    const jsm = await jetstreamManager(link.nc, { timeout: timeoutMs, checkAPI: false });
    return await jsm.direct.getMessage(`KV_${bucket}`, { last_by_subj: subject });
  } catch (cause) {
    throw busUnavailable('the message bus gave no answer', cause);
  }
}

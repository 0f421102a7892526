import type { Readable } from 'node:stream';
import type { ConversationId, JobId, Tenant } from '@bakerst/contracts';
import type { Scope } from '../principals/principal.ts';
import type { Attachment } from './attachment.ts';

export interface AttachmentStore {
  /**
   * Stores the row; makes the user too. What a job has brought back stays as long as that does;
   * under an id that is there it changes nothing.
   */
  add(attachment: Attachment, broughtBy?: JobId): Promise<void>;
  find(scope: Scope, id: string): Attachment | undefined;
  /** What a user has uploaded and no message carries. */
  countUnused(tenant: Tenant): { readonly count: number; readonly bytes: number };
  /** False when a message carries it. */
  remove(attachment: Attachment): Promise<boolean>;
  /** Takes the rows that were made before `before` (epoch ms) and that no message carries. */
  removeUnused(before: number): Promise<void>;
}

/** What messages carry. */
export interface AttachmentLister {
  /** By the places of the messages from `fromSeq` to `toSeq`, both included. */
  listOf(
    id: ConversationId,
    span: { readonly fromSeq: number; readonly toSeq: number },
  ): ReadonlyMap<number, readonly Attachment[]>;
}

/** A file on its way in: it has its name once it is kept, and is gone when it is not. */
export interface ReceivedFile extends AsyncDisposable {
  readonly hash: string;
  readonly sizeBytes: number;
  /** The beginning of the file. */
  readonly head: Buffer;
  readAll(): Promise<Buffer>;
  /** Puts it where its hash says, unless the same is there already. Safe to repeat. */
  keep(): Promise<void>;
}

/** Files by the hash of what is in them. */
export interface AttachmentFiles {
  /** Throws AppError PAYLOAD_TOO_LARGE as soon as there are more bytes than that. */
  receive(bytes: AsyncIterable<Buffer>, maxBytes: number): Promise<ReceivedFile>;
  /** Undefined when there is none. */
  read(hash: string): Promise<Buffer | undefined>;
  /** The same piece by piece, for whoever sends it on. */
  open(hash: string): Promise<Readable | undefined>;
  /** Path of a file that is there. */
  pathOf(hash: string): string;
  /** Hashes of files that were written before `before` (epoch ms). */
  listOlder(before: number): Promise<readonly string[]>;
  /** Takes away what an upload left that was cut short before `before`. */
  removeLeftovers(before: number): Promise<void>;
}

/** Takes a file away unless a row names it; nothing may come between the look and the deed. */
export type RemoveOrphan = (hash: string) => Promise<void>;

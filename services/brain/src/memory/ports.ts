import type { FactCategory, FactId, RunId, Tenant } from '@bakerst/contracts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { RunFence } from '../runs/run.ts';

/** Who said something, and in which run. */
export interface FactSource {
  readonly kind: 'user' | 'model' | 'service';
  /** Of a service. */
  readonly name?: string | undefined;
  readonly runId?: RunId | undefined;
}

export interface Fact {
  readonly seq: number;
  readonly id: FactId;
  readonly tenant: Tenant;
  readonly text: string;
  readonly category: FactCategory;
  readonly source: FactSource;
  readonly createdAt: number;
  /** The fact that holds in its place. */
  readonly supersededBy: FactId | undefined;
}

/** A text as an embedder sees it. */
export interface Embedded {
  /** Of length 1. */
  readonly vector: Float32Array;
  /** The embedder and its dimension: vectors of different ones are never compared. */
  readonly embedding: string;
}

/** What every change of facts says about itself. */
interface Told {
  readonly source: FactSource;
  /** Of the run that remembers: one that was taken over changes nothing. */
  readonly fence?: RunFence | undefined;
}

export interface NewFact extends Told {
  readonly id: FactId;
  readonly text: string;
  readonly category: FactCategory;
  /** Undefined: its vector is made up for later. */
  readonly embedded?: Embedded | undefined;
  /** A fact that says nearly the same and gives way, if it still holds. */
  readonly supersedes?: FactId | undefined;
  readonly idempotency?: KeyedRequest | undefined;
  /** When it was told; now, unless it comes from elsewhere. */
  readonly createdAt?: number | undefined;
}

export interface Correction extends Told {
  /** Of the new fact, if these words are not known already. */
  readonly newId: FactId;
  readonly text: string;
  /** Undefined: that of what is corrected. */
  readonly category?: FactCategory | undefined;
  readonly embedded?: Embedded | undefined;
}

/** Something that became of a fact or of one that it replaced. */
export interface FactChange {
  /** Imported: by whoever brought a file, who said nothing of it. */
  readonly kind: 'stored' | 'corrected' | 'restored' | 'imported';
  readonly factId: FactId;
  readonly text: string;
  readonly replacedId: FactId | undefined;
  readonly source: FactSource;
  readonly at: number;
}

/** A change as a file tells of it. */
export interface FiledChange extends Omit<FactChange, 'factId'> {
  /** Among changes of the same moment. */
  readonly place: number;
}

/** A fact as a file tells of it; ids are the file's, unless they are of the user's own facts. */
export interface FiledFact {
  readonly id: FactId;
  /** Taken where another fact has the id. */
  readonly spareId: FactId;
  readonly text: string;
  readonly category: FactCategory;
  readonly source: FactSource;
  readonly createdAt: number | undefined;
  /** What has taken its place. */
  readonly replacedBy: FactId | undefined;
  /** What holds in the place of that; undefined where the file does not say. */
  readonly heldBy: FactId | undefined;
  readonly changes: readonly FiledChange[];
}

/** A file that is being read in. */
export interface FactImport {
  /**
   * Stores these in one transaction, after those that have replaced them; one that is known stays as it is, unless it
   * holds beside what the file says has replaced it. Gives how many are new.
   */
  add(facts: readonly FiledFact[]): Promise<number>;
}

/** A fact with its own changes, as they go into a file. */
export interface ExportedFact {
  readonly fact: Fact;
  readonly changes: readonly FiledChange[];
}

interface FactWindow {
  readonly beforeSeq: number | undefined;
  readonly limit: number;
}

/** Changes throw AppError UNAVAILABLE, reason FENCED, for a run that was taken over. */
export interface FactStore {
  /** Stores a fact; the same words again are the fact that is there already, whatever became of it. */
  add(tenant: Tenant, fact: NewFact): Promise<Fact>;
  /**
   * Puts a new text in the place of a fact, which stays as history. Undefined when there is no such fact; throws
   * AppError CONFLICT, reason FACT_SUPERSEDED, when another one holds in its place, unless that says the same.
   */
  correct(scope: Scope, id: string, correction: Correction): Promise<Fact | undefined>;
  /** Makes a fact hold again, in the place of what has replaced it; one that holds stays as it is. */
  restore(scope: Scope, id: string, told: Told): Promise<Fact | undefined>;
  /** Forgets a fact with all that it has replaced; one that was replaced, alone. False when there is none. */
  remove(scope: Scope, id: string, fence?: RunFence): Promise<boolean>;
  find(scope: Scope, id: string): Fact | undefined;
  /** The fact of a user that has these words. */
  findByText(tenant: Tenant, text: string): Fact | undefined;
  /** What became of it and of those that it has replaced, oldest first. */
  listChanges(fact: Fact): readonly FactChange[];
  /** Facts that hold, newest first. */
  list(
    scope: Scope,
    filter: { readonly category: FactCategory | undefined },
    window: FactWindow,
  ): readonly Fact[];
  /** All of a user's facts, replaced ones too, oldest first, some at a time: as they replace each other at its beginning. */
  listAll(tenant: Tenant): Iterable<readonly ExportedFact[]>;
  /** What comes from a file is told by those whom the file names, and brought by `importer`. */
  beginImport(tenant: Tenant, importer: FactSource): FactImport;
  /** Those of these that are the user's and hold, in this order. */
  pick(tenant: Tenant, ids: readonly FactId[]): readonly Fact[];
}

/** Finds facts that hold by their words. */
export interface WordIndex {
  /** Those that have one of these folded words, or another form of it, best first. */
  find(tenant: Tenant, words: readonly string[], wanted: WantedFacts): Promise<readonly FactId[]>;
}

interface WantedFacts {
  readonly category: FactCategory | undefined;
  readonly limit: number;
}

/** A fact with its likeness to what was looked for, at most 1. */
export interface NearFact {
  readonly id: FactId;
  readonly cosine: number;
}

/** A fact's vector on its way into an index. */
export interface FactPoint extends Embedded {
  readonly fact: Pick<Fact, 'seq' | 'id' | 'tenant'>;
}

/** Finds facts by what they mean. What it knows can always be made again from the facts and an embedder. */
export interface VectorIndex {
  /** Facts of the user, by vectors of the same embedder, nearest first. */
  nearest(tenant: Tenant, to: Embedded, limit: number): Promise<readonly NearFact[]>;
  /** Makes vectors known, in the place of those that the facts had; they are found once this resolves. */
  put(points: readonly FactPoint[]): Promise<void>;
  /** Facts that are not known are none to forget. */
  forget(ids: readonly FactId[]): Promise<void>;
  /** Makes it ready for vectors such as this one; true when nothing is left of what it knew. */
  prepare(like: Embedded): Promise<boolean>;
  /** Rejects when it cannot be reached. */
  probe(): Promise<void>;
}

/** Texts that are kept and texts that are looked for may be embedded in different ways. */
export type EmbedKind = 'document' | 'query';

export interface Embedder {
  /**
   * One for each text, in this order; throws AppError UNAVAILABLE, at once while it is known to be away, with the reason
   * TEXT_REFUSED when it does not take one of the texts.
   */
  embed(
    texts: readonly string[],
    kind: EmbedKind,
    signal: AbortSignal,
  ): Promise<readonly Embedded[]>;
}

/** Search by what is meant. */
export interface Meanings {
  readonly embedder: Embedder;
  readonly index: VectorIndex;
  /** Vectors are stored with their facts; otherwise the index is told afterwards. */
  readonly isStoredWithFacts: boolean;
}

/** Facts whose vectors are not what they should be. */
export interface PendingVectors {
  /** Facts that hold without a vector of this embedder, oldest first, but for those that it refuses. */
  list(embedding: string, limit: number): readonly Fact[];
  count(embedding: string): number;
  /** True when there is any fact that holds. */
  hasFacts(): boolean;
  /** Notes which vectors the index has; it is to forget those of facts that hold no more. */
  mark(points: readonly FactPoint[]): Promise<void>;
  /** Notes of at most so many facts that the index has no vector of them; gives how many there were. */
  unmark(limit: number): Promise<number>;
  /** Notes that the embedder refuses these. */
  setAside(embedding: string, facts: readonly Fact[]): Promise<void>;
  countSetAside(embedding: string): number;
  /** Has all that was refused tried again. */
  retrySetAside(): Promise<void>;
  /** Facts that the index is yet to forget, or to forget again: what was under way when it did so has come since. */
  listForgotten(limit: number): readonly FactId[];
  markForgotten(ids: readonly FactId[]): Promise<void>;
}

/** Another brain that makes up for vectors. */
export interface LeaseHolder {
  readonly embedding: string;
  /** It makes the same vectors, for the same place. */
  readonly isAlike: boolean;
}

/** Which of several brains makes up for vectors: one at a time does. */
export interface IndexLease {
  /** Takes it or keeps it, for vectors of this embedder; otherwise gives who has it. */
  claim(embedding: string): Promise<LeaseHolder | undefined>;
  /** Somebody else who has it. */
  findOther(embedding: string): LeaseHolder | undefined;
  release(): Promise<void>;
}

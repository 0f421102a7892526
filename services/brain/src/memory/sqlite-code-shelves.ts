import type { Database } from 'better-sqlite3';
import { z } from 'zod';

/** Of all shelves in memory; the one that was not looked at for longest goes first. */
const MOST_BYTES = 64 * 1024 ** 2;

const VersionRow = z.object({ id: z.int(), version: z.int() });
const CodeRow = z.object({ seqs: z.instanceof(Uint8Array), codes: z.instanceof(Uint8Array) });

/** Codes of facts, side by side: those of the first come first. */
export interface CodeBlock {
  /** 0 in the place of a fact that is gone. */
  readonly seqs: Float64Array;
  readonly codes: Uint32Array;
}

interface KnownBlock extends CodeBlock {
  readonly version: number;
}

type Shelf = ReadonlyMap<number, KnownBlock>;

/**
 * Gives the codes on a shelf as they are now. They stay in memory, and only what has changed is read again: to read
 * thousands takes longer than to compare them.
 */
export type ReadShelf = (shelf: Buffer) => readonly CodeBlock[];

export function createShelfReader(db: Database): ReadShelf {
  const versions = db.prepare('SELECT id, version FROM fact_code WHERE shelf = ? ORDER BY id');
  const row = db.prepare('SELECT seqs, codes FROM fact_code WHERE id = ?');
  const known = new Map<string, Shelf>();
  const readBlock = (id: number, version: number): KnownBlock | undefined => {
    const found = CodeRow.optional().parse(row.get(id));
    return found && { version, seqs: toNumbers(found.seqs), codes: toWords(found.codes) };
  };
  return (shelf) => {
    const name = shelf.toString('base64');
    const before = known.get(name);
    const now = new Map<number, KnownBlock>();
    for (const { id, version } of z.array(VersionRow).parse(versions.all(shelf))) {
      const same = before?.get(id);
      const block = same?.version === version ? same : readBlock(id, version);
      // Taken away since.
      if (block !== undefined) now.set(id, block);
    }
    // Behind all others: it is the one that was looked at last.
    known.delete(name);
    known.set(name, now);
    dropOldest(known);
    return [...now.values()];
  };
}

function dropOldest(known: Map<string, Shelf>): void {
  let bytes = 0;
  for (const shelf of known.values())
    for (const { codes, seqs } of shelf.values()) bytes += codes.byteLength + seqs.byteLength;
  for (const [name, shelf] of known) {
    if (bytes <= MOST_BYTES || known.size === 1) return;
    for (const { codes, seqs } of shelf.values()) bytes -= codes.byteLength + seqs.byteLength;
    known.delete(name);
  }
}

/** Copies: a view of numbers must begin at one. */
function toNumbers(bytes: Uint8Array): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer);
}

function toWords(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

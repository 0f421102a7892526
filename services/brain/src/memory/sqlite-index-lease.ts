import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { IndexLease, LeaseHolder } from './ports.ts';

const KEY = 'index_lease';
/** A brain that died has it no longer than that; one pass takes less. */
const LEASE_MS = 90_000;
/** Who has it says so again when as much is left. */
const RENEW_MS = 60_000;

const Held = z.object({
  holder: z.string(),
  embedding: z.string(),
  place: z.string(),
  until: z.int(),
});
type Held = z.infer<typeof Held>;

interface LeaseDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Pick<Clock, 'now'>;
  /** Of this process. */
  readonly self: string;
  /** Where vectors are kept, if that is not this database. */
  readonly place: string | undefined;
}

/** The lease is noted beside the facts, and so is one for all brains that share them. */
export function createSqliteIndexLease({
  db,
  writer,
  clock,
  self,
  place = '',
}: LeaseDeps): IndexLease {
  const find = db.prepare('SELECT value FROM meta WHERE key = ?').pluck();
  const put = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  const drop = db.prepare('DELETE FROM meta WHERE key = ?');
  const read = (): Held | undefined => {
    const value = find.get(KEY);
    const held = value === undefined ? undefined : Held.parse(JSON.parse(String(value)));
    return held !== undefined && held.until > clock.now() ? held : undefined;
  };
  const toOther = (held: Held | undefined, embedding: string): LeaseHolder | undefined => {
    if (held === undefined || held.holder === self) return undefined;
    const isAlike = held.embedding === embedding && held.place === place;
    return { embedding: held.embedding, isAlike };
  };
  return {
    async claim(embedding) {
      const now = clock.now();
      const known = read();
      const isKept = known?.embedding === embedding && known.until - now > RENEW_MS;
      if (known !== undefined && (known.holder !== self || isKept))
        return toOther(known, embedding);
      return await writer.write(() => {
        const other = toOther(read(), embedding);
        const mine: Held = { holder: self, embedding, place, until: now + LEASE_MS };
        if (other === undefined) put.run(KEY, JSON.stringify(mine));
        return other;
      });
    },
    findOther: (embedding) => toOther(read(), embedding),
    release: () =>
      writer.write(() => {
        if (read()?.holder === self) drop.run(KEY);
      }),
  };
}

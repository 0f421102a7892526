import { setImmediate } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED } from '../runs/sqlite-run-rows.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { HistoryPruner } from './ports.ts';

/** When a text was last used is only noted to the hour. */
const USED_AT_STEP_MS = 60 * 60 * 1_000;
/** What one statement looks at: a few milliseconds, in which nobody else gets an answer. */
const STEPS = 1_000;
const BODIES = 500;
/** What one transaction takes. */
const DROPPED = 50;

const BodyRows = z.array(z.object({ hash: z.string(), used_at: z.int() }));
const Text = z.string();
const Texts = z.array(Text);

/** SQL: what the first turns of runs name; texts of other kinds do no harm among hashes. */
const NAMED = `SELECT DISTINCT named.value FROM run_step, json_tree(run_step.payload) named
  WHERE run_step.type = 'turn_started' AND named.type = 'text'`;

/**
 * The part of the pruner that takes texts. It looks slice by slice at all of them and at all steps, of which those of
 * pruned runs are gone, and others are served in between. What begins meanwhile is looked at with the lock in hand: a
 * run names the same texts in each of its turns, so no other one can name a text that it did not name before.
 */
export function createBodyPruner({
  db,
  writer,
}: Pick<StoreDeps, 'db' | 'writer'>): Pick<HistoryPruner, 'pruneBodies'> {
  const sql = prepareStatements(db);
  return {
    async pruneBodies(before) {
      const unusedSince = before - USED_AT_STEP_MS;
      const unused = new Set<string>();
      for await (const { hash, used_at } of readBodies(sql))
        if (used_at < unusedSince) unused.add(hash);
      if (unused.size === 0) return;
      const lastSeq = z.int().parse(sql.lastSeq.get());
      const open = JSON.stringify(sql.open.all());
      for await (const name of readNames(sql)) unused.delete(name);
      const hashes = [...unused];
      for (let from = 0; from < hashes.length; from += DROPPED) {
        const some = JSON.stringify(hashes.slice(from, from + DROPPED));
        await writer.write(() => sql.drop.run({ hashes: some, unusedSince, lastSeq, open }));
      }
    },
  };
}

type Statements = ReturnType<typeof prepareStatements>;

async function* readBodies(sql: Statements): AsyncIterable<z.infer<typeof BodyRows>[number]> {
  for (let last: string | undefined = ''; last !== undefined; ) {
    const rows: z.infer<typeof BodyRows> = BodyRows.parse(sql.bodies.all(last, BODIES));
    yield* rows;
    last = rows.at(-1)?.hash;
    await setImmediate();
  }
}

/** What the turns of all runs name. */
async function* readNames(sql: Statements): AsyncIterable<string> {
  for (let after = ''; ; ) {
    const last = Text.optional().parse(sql.lastOfSlice.get(after, STEPS));
    // The last slice is a short one.
    yield* Texts.parse(last === undefined ? sql.namesAfter.all(after) : sql.names.all(after, last));
    if (last === undefined) return;
    after = last;
    await setImmediate();
  }
}

function prepareStatements(db: Database) {
  return {
    bodies: db.prepare('SELECT hash, used_at FROM body WHERE hash > ? ORDER BY hash LIMIT ?'),
    lastSeq: db.prepare('SELECT coalesce(max(seq), 0) FROM run').pluck(),
    open: db.prepare(`SELECT id FROM run WHERE ${UNFINISHED}`).pluck(),
    lastOfSlice: db
      .prepare('SELECT run_id FROM run_step WHERE run_id > ? ORDER BY run_id LIMIT 1 OFFSET ?')
      .pluck(),
    names: db.prepare(`${NAMED} AND run_id > ? AND run_id <= ?`).pluck(),
    namesAfter: db.prepare(`${NAMED} AND run_id > ?`).pluck(),
    drop: db.prepare(
      `DELETE FROM body WHERE hash IN (SELECT value FROM json_each(@hashes)) AND used_at < @unusedSince
       AND hash NOT IN (
         ${NAMED} AND run_id IN (
           SELECT id FROM run WHERE seq > @lastSeq UNION ALL SELECT value FROM json_each(@open)))`,
    ),
  };
}

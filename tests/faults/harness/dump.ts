import { DatabaseSync } from 'node:sqlite';

type Row = Readonly<Record<string, string | number | null>>;

/** What SQLite holds at the end of a scenario. */
export interface Dump {
  readonly runs: readonly Row[];
  readonly jobs: readonly Row[];
  readonly messages: readonly Row[];
  readonly steps: readonly Row[];
  readonly fences: readonly Row[];
  /** What became of each time that something was to fire. */
  readonly firings: readonly Row[];
  /** What was to be told on channels. */
  readonly deliveries: readonly Row[];
  readonly meta: ReadonlyMap<string, string>;
  /** What `PRAGMA integrity_check` says; 'ok' when all is well. */
  readonly integrity: string;
}

export function readDump(path: string): Dump {
  using db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const read = (sql: string): readonly Row[] => db.prepare(sql).all().map(toRow);
  return {
    runs: read('SELECT * FROM run ORDER BY seq'),
    jobs: read('SELECT * FROM job ORDER BY seq'),
    messages: read('SELECT * FROM message ORDER BY conversation_id, seq'),
    steps: read('SELECT * FROM run_step ORDER BY run_id, seq'),
    fences: read('SELECT * FROM fence'),
    firings: read('SELECT * FROM firing ORDER BY seq'),
    deliveries: read('SELECT * FROM channel_delivery'),
    meta: new Map(read('SELECT * FROM meta').map(({ key, value }) => [String(key), String(value)])),
    integrity: String(read('PRAGMA integrity_check')[0]?.['integrity_check']),
  };
}

/**
 * What is not at its end yet, as far as waiting for it takes. A whole dump that is read again and again, of tables that
 * grow, would take the machine from what is tried.
 */
export function readUnfinished(path: string): Pick<Dump, 'runs' | 'jobs'> {
  using db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const read = (sql: string): readonly Row[] => db.prepare(sql).all().map(toRow);
  return {
    runs: read(`SELECT id, status FROM run WHERE status IN ('queued', 'running', 'waiting')`),
    jobs: read(
      `SELECT id, status, attempt FROM job
       WHERE status NOT IN ('completed', 'failed', 'interrupted', 'halted', 'dead')`,
    ),
  };
}

/** The highest fencing token of each lock so far: its incarnation, and the revision within that. */
export function readFences(path: string): ReadonlyMap<string, readonly [number, number]> {
  using db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const rows = db.prepare('SELECT lock_key, incarnation, revision FROM fence').all();
  return new Map(
    rows.map((row) => [
      String(row['lock_key']),
      [Number(row['incarnation']), Number(row['revision'])],
    ]),
  );
}

function toRow(row: object): Row {
  const plain: Record<string, string | number | null> = {};
  for (const [name, value] of Object.entries(row))
    plain[name] = typeof value === 'string' || typeof value === 'number' ? value : null;
  return plain;
}

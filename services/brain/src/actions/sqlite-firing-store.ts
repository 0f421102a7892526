import type { Clock } from '@bakerst/kit';
import type { Writer } from '../storage/group-commit.ts';
import type { FiringSource, FiringStore } from './ports.ts';
import type { FireActionDeps } from './sqlite-fire-action.ts';
import type { FireWaiting } from './sqlite-fire-waiting.ts';
import { SELECT_FIRING, toFiring } from './sqlite-firing-rows.ts';

interface FiringStoreDeps extends Pick<FireActionDeps, 'db'> {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly waiting: FireWaiting;
}

/** Rows that one call takes away. */
const PRUNED_AT_ONCE = 500;

export function createSqliteFiringStore(deps: FiringStoreDeps): FiringStore {
  const { db, writer, clock, waiting } = deps;
  const statements = {
    schedule: prepareReads(db, 'schedule_id'),
    trigger: prepareReads(db, 'trigger_id'),
  } satisfies Record<FiringSource['kind'], unknown>;
  const hasWaiting = db.prepare(`SELECT 1 FROM firing WHERE status = 'waiting' LIMIT 1`);
  const prune = db.prepare(
    `DELETE FROM firing WHERE seq IN (SELECT seq FROM firing WHERE at < ? AND status <> 'waiting'
       ORDER BY at LIMIT ${PRUNED_AT_ONCE})`,
  );
  return {
    find({ kind, id: source }, id) {
      const row = statements[kind].find.get({ id, source });
      return row === undefined ? undefined : toFiring(row);
    },
    list: ({ kind, id: source }, { beforeSeq, limit }) =>
      statements[kind].list
        .all({ source, before: beforeSeq ?? Number.MAX_SAFE_INTEGER, limit })
        .map(toFiring),
    fireWaiting: async () =>
      hasWaiting.get() === undefined
        ? []
        : await writer.write(() => waiting.fireWaiting(clock.now())),
    prune: (before) => writer.write(() => prune.run(before).changes),
  };
}

function prepareReads(db: FireActionDeps['db'], column: 'schedule_id' | 'trigger_id') {
  return {
    find: db.prepare(`${SELECT_FIRING} WHERE firing.id = @id AND firing.${column} = @source`),
    list: db.prepare(
      `${SELECT_FIRING} WHERE firing.${column} = @source AND firing.seq < @before
       ORDER BY firing.seq DESC LIMIT @limit`,
    ),
  };
}

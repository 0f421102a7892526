import { z } from 'zod';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { HistoryPruner } from './ports.ts';

const Ids = z.array(z.string());

/** The part of the history pruner for what goes out on channels. */
export function createDeliveryPruner({
  db,
  writer,
  clock,
}: StoreDeps): Pick<HistoryPruner, 'expireDeliveries' | 'pruneDeliveries'> {
  const old = db
    .prepare(
      `SELECT id FROM channel_delivery WHERE finished_at < ? AND status <> 'open'
       ORDER BY finished_at LIMIT ?`,
    )
    .pluck();
  const drops = [
    'DELETE FROM channel_delivery_part WHERE delivery_id = ?',
    'DELETE FROM channel_delivery WHERE id = ?',
  ].map((text) => db.prepare(text));
  // What is told of a run or job is as old as its end.
  const isOn = (table: string): string => `EXISTS (SELECT 1 FROM ${table}
    WHERE ${table}.id = channel_delivery.${table}_id
      AND (${table}.finished_at IS NULL OR ${table}.finished_at >= @before))`;
  const expired = db
    .prepare(
      `SELECT id FROM channel_delivery WHERE status = 'open' AND created_at < @before
         AND NOT ${isOn('run')} AND NOT ${isOn('job')} LIMIT @limit`,
    )
    .pluck();
  const expire = db.prepare(
    `UPDATE channel_delivery SET status = 'failed', error = 'EXPIRED', withdrawn_at = @now,
       finished_at = @now WHERE id = @id`,
  );
  return {
    expireDeliveries: (before, limit) =>
      writer.write(() => {
        const ids = Ids.parse(expired.all({ before, limit }));
        for (const id of ids) expire.run({ id, now: clock.now() });
        return ids.length;
      }),
    pruneDeliveries: (before, limit) =>
      writer.write(() => {
        const ids = Ids.parse(old.all(before, limit));
        for (const id of ids) for (const drop of drops) drop.run(id);
        return ids.length;
      }),
  };
}

import type { ChannelName, DeliveryReport } from '@bakerst/contracts/channels';
import { DeliveryPart, DeliveryStatus } from '@bakerst/contracts/channels';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED } from '../runs/sqlite-run-rows.ts';
import { decidePart, type KnownPart, type PartReport } from './part-rules.ts';
import type { Reported } from './ports.ts';

interface ToldReport {
  readonly channel: ChannelName;
  readonly id: string;
  readonly told: DeliveryReport;
  readonly now: number;
}

const StandRow = z.object({
  status: DeliveryStatus,
  revision: z.int(),
  is_on: z.int().transform((isOn) => isOn === 1),
});
const PartRow = z.object({
  state: DeliveryPart.shape.state,
  holder: z.string(),
  may_be_repeat: z.int(),
  message_id: z.string().nullable(),
});

/** Prepares what notes, inside a transaction, what a gateway tells of a delivery; see `OutboxStore.report`. */
export function prepareReport(db: Database): (report: ToldReport) => Reported {
  const sql = prepareStatements(db);
  return ({ channel, id, told, now }) => {
    if (sql.holder.get(channel) !== told.holder) throw fenced();
    const row = sql.find.get({ id, channel });
    if (row === undefined) throw unknownDelivery();
    const stand = StandRow.parse(row);
    switch (told.event) {
      case 'done':
        return finishDelivery(sql, { id, stand, revision: told.revision, now });
      case 'failed': {
        const { changes } = sql.end.run({ id, status: 'failed', error: told.error, now });
        return { mayBeRepeat: false, ended: changes > 0 ? 'failed' : undefined };
      }
      default:
        return { mayBeRepeat: notePart(sql, id, told), ended: undefined };
    }
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    holder: db.prepare('SELECT holder FROM channel WHERE name = ?').pluck(),
    find: db.prepare(
      `SELECT status, revision, EXISTS (SELECT 1 FROM run
         WHERE run.id = channel_delivery.run_id AND run.${UNFINISHED} AND merged_into IS NULL) AS is_on
       FROM channel_delivery WHERE id = @id AND channel = @channel`,
    ),
    end: db.prepare(
      `UPDATE channel_delivery SET status = @status, error = @error, finished_at = @now
       WHERE id = @id AND status = 'open'`,
    ),
    again: db.prepare('UPDATE channel_delivery SET revision = revision + 1 WHERE id = ?'),
    findPart: db.prepare(
      `SELECT state, holder, may_be_repeat, message_id FROM channel_delivery_part
       WHERE delivery_id = @id AND part = @part`,
    ),
    putPart: db.prepare(
      `INSERT INTO channel_delivery_part (delivery_id, part, state, holder, may_be_repeat, message_id)
       VALUES (@id, @part, @state, @holder, @mayBeRepeat, @messageId)
       ON CONFLICT DO UPDATE SET state = excluded.state, holder = excluded.holder,
         may_be_repeat = excluded.may_be_repeat, message_id = excluded.message_id`,
    ),
    dropPart: db.prepare(
      'DELETE FROM channel_delivery_part WHERE delivery_id = @id AND part = @part',
    ),
  };
}

interface Finish {
  readonly id: string;
  readonly stand: z.infer<typeof StandRow>;
  readonly revision: number | undefined;
  readonly now: number;
}

/** What the gateway has finished may not be all of it any more: then the rest is told again. */
function finishDelivery(sql: Statements, { id, stand, revision, now }: Finish): Reported {
  const isOlder = revision !== undefined && revision < stand.revision;
  if (stand.status === 'open' && !isOlder && !stand.is_on) {
    sql.end.run({ id, status: 'sent', error: null, now });
    return { mayBeRepeat: false, ended: 'sent' };
  }
  if (stand.is_on && !isOlder && stand.status === 'open') sql.again.run(id);
  return { mayBeRepeat: false, ended: undefined };
}

function notePart(sql: Statements, id: string, report: PartReport): boolean {
  const place = { id, part: report.part };
  const row = PartRow.optional().parse(sql.findPart.get(place));
  const part = decidePart(row && toPart(row), report);
  if (part === undefined) sql.dropPart.run(place);
  else sql.putPart.run({ ...place, ...part, mayBeRepeat: Number(part.mayBeRepeat) });
  return part?.mayBeRepeat ?? false;
}

function toPart(row: z.infer<typeof PartRow>): KnownPart {
  return {
    state: row.state,
    holder: row.holder,
    mayBeRepeat: row.may_be_repeat === 1,
    messageId: row.message_id,
  };
}

function fenced(): AppError {
  return new AppError('CONFLICT', 'another gateway serves this channel', { reason: 'FENCED' });
}

function unknownDelivery(): AppError {
  return new AppError('NOT_FOUND', 'there is no such delivery', { reason: 'DELIVERY_NOT_FOUND' });
}

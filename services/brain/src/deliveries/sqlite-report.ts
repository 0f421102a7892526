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

const HolderRow = z.object({ holder: z.string(), tenure: z.int() });
const StandRow = z.object({
  status: DeliveryStatus,
  revision: z.int(),
  is_on: z.int().transform((isOn) => isOn === 1),
});
const PartRow = z.object({
  state: DeliveryPart.shape.state,
  tenure: z.int(),
  may_be_repeat: z.int(),
  message_id: z.string().nullable(),
});

/** Prepares what notes, inside a transaction, what a gateway tells of a delivery; see `OutboxStore.report`. */
export function prepareReport(db: Database): (report: ToldReport) => Reported {
  const sql = prepareStatements(db);
  return ({ channel, id, told, now }) => {
    const serving = HolderRow.optional().parse(sql.holder.get(channel));
    if (serving?.holder !== told.holder) throw fenced();
    const row = sql.find.get({ id, channel });
    if (row === undefined) throw unknownDelivery();
    const stand = StandRow.parse(row);
    switch (told.event) {
      case 'done':
        return finishDelivery(sql, { id, stand, revision: told.revision, now });
      case 'failed': {
        const { changes } = sql.end.run({ id, status: 'failed', error: told.error, now });
        return toReported(changes > 0 ? 'failed' : undefined);
      }
      case 'sending':
        if (stand.status !== 'open') throw closed();
        return notePart(sql, id, { told, tenure: serving.tenure });
      default:
        return notePart(sql, id, { told, tenure: serving.tenure });
    }
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    holder: db.prepare('SELECT holder, tenure FROM channel WHERE name = ?'),
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
      `SELECT state, tenure, may_be_repeat, message_id FROM channel_delivery_part
       WHERE delivery_id = @id AND part = @part`,
    ),
    putPart: db.prepare(
      `INSERT INTO channel_delivery_part (delivery_id, part, state, tenure, may_be_repeat, message_id)
       VALUES (@id, @part, @state, @tenure, @mayBeRepeat, @messageId)
       ON CONFLICT DO UPDATE SET state = excluded.state, tenure = excluded.tenure,
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
    return toReported('sent');
  }
  if (stand.is_on && !isOlder && stand.status === 'open') sql.again.run(id);
  return toReported(undefined);
}

function toReported(ended: Reported['ended']): Reported {
  return { mayBeRepeat: false, messageId: null, ended };
}

interface PartNote {
  readonly told: PartReport;
  readonly tenure: number;
}

function notePart(sql: Statements, id: string, { told, tenure }: PartNote): Reported {
  const place = { id, part: told.part };
  const row = PartRow.optional().parse(sql.findPart.get(place));
  const part = decidePart(row && toPart(row), told, tenure);
  if (part === undefined) sql.dropPart.run(place);
  else sql.putPart.run({ ...place, ...part, mayBeRepeat: Number(part.mayBeRepeat) });
  return {
    mayBeRepeat: part?.mayBeRepeat ?? false,
    messageId: part?.messageId ?? null,
    ended: undefined,
  };
}

function toPart(row: z.infer<typeof PartRow>): KnownPart {
  return {
    state: row.state,
    tenure: row.tenure,
    mayBeRepeat: row.may_be_repeat === 1,
    messageId: row.message_id,
  };
}

function fenced(): AppError {
  return new AppError('CONFLICT', 'another gateway serves this channel', { reason: 'FENCED' });
}

function closed(): AppError {
  return new AppError('CONFLICT', 'this delivery is not open any more', {
    reason: 'DELIVERY_CLOSED',
  });
}

function unknownDelivery(): AppError {
  return new AppError('NOT_FOUND', 'there is no such delivery', { reason: 'DELIVERY_NOT_FOUND' });
}
